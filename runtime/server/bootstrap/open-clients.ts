import { readRegularText } from '../../base/files/read-regular.ts'
import { readSecret, type SecretRef } from '../../base/secret.ts'
import { content, environment, type Problem, problemAt } from '../../base/startup-error.ts'
import { Agent } from '../../base/undici/index.ts'
import { authenticateClient, type ClientConfig, type ClientProof, type OAuthClient, readClientKey } from '../../identity/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { upstreamConnector } from '../../tls/upstream/upstream-connector.ts'
import type { Config } from '../config/index.ts'
import type { Tls } from './open-tls.ts'

export interface Clients {
  /** OAuth clients by identity. Clients with problems are missing. */
  readonly clients: ReadonlyMap<string, OAuthClient>
  readonly problems: readonly Problem[]
  /** Returns a `fetch` function that sends requests to the issuer of an identity and uses no client certificate. */
  fetchOf(identity: string): typeof globalThis.fetch
  close(): Promise<void>
}

/** Milliseconds for connecting to an authorization server; the response timeout also applies. */
const CONNECT = 5_000

/** Minimum characters, against guessing. */
const LEAST_SECRET = 16

/**
 * Creates the OAuth clients with which the proxy authenticates at authorization servers. Reads their credentials, but sends no
 * requests.
 *
 * @param tls the opened TLS files; the caller reports their problems
 */
export function openClients({ identities, source }: Config, tls: Pick<Tls, 'clients' | 'issuers'>, clock: () => number): Clients {
  const problems: Problem[] = []
  const connections: Connections[] = []
  const clients = new Map<string, OAuthClient>()
  const fetches = new Map<string, typeof globalThis.fetch>()
  const fetchBy = (own: UpstreamTls | undefined): typeof globalThis.fetch | undefined => {
    if (own === undefined) return undefined
    const made = connectionsBy(own)
    connections.push(made)
    return made.fetch
  }
  for (const [name, own] of Object.entries(tls.issuers)) fetches.set(name, fetchBy(own) ?? globalThis.fetch)
  const fetchOf = (name: string) => fetches.get(name) ?? globalThis.fetch
  for (const [name, { oauth2, oidc }] of Object.entries(identities)) {
    // One client may serve both.
    const config = oauth2 ?? oidc
    if (config === null) continue
    const opened = openClient(config, clock)
    if ('fault' in opened) {
      const path = ['identities', name, config.client.kind === 'key' ? 'clientKey' : 'clientSecret']
      problems.push(problemAt(source, path, opened))
      continue
    }
    clients.set(name, { ...opened, fetch: fetchBy(tls.clients[name]) ?? fetchOf(name) })
  }
  return {
    clients,
    problems,
    fetchOf,
    async close() {
      await Promise.all(connections.map((each) => each.close()))
    },
  }
}

/**
 * Reads the credentials of an OAuth client, and returns the client or the problem. The client uses Node's default connections.
 */
export function openClient(
  { clientId, client }: { readonly clientId: string; readonly client: ClientConfig },
  clock: () => number,
): OAuthClient | Problem {
  const proof = openProof(client)
  if ('fault' in proof) return proof
  return {
    fetch: globalThis.fetch,
    mutualTls: proof.kind === 'certificate',
    authenticate: authenticateClient(clientId, proof, clock),
    distrusted: () => proof.kind === 'secret' && proof.renew(),
  }
}

type Opened = Exclude<ClientProof, { kind: 'secret' }> | (Extract<ClientProof, { kind: 'secret' }> & { renew(): void })

function openProof(client: ClientConfig): Opened | Problem {
  switch (client.kind) {
    case 'secret':
      return openSecret(client.secret)
    case 'key':
      return openKey(client.file)
    case 'certificate':
      return client
  }
}

/** Reads the file again after the server rejected the secret. */
function openSecret(secret: SecretRef): Opened | Problem {
  const read = () => readSecret(secret, 'the secret', LEAST_SECRET)
  let value = read()
  if (typeof value !== 'string') return value
  return {
    kind: 'secret',
    secret: () => value as string,
    renew() {
      const next = read()
      if (typeof next === 'string') value = next
    },
  }
}

function openKey(file: string): Opened | Problem {
  let text: string
  try {
    text = readRegularText(file)
  } catch (error) {
    return environment(`the key \`${file}\` cannot be read: ${(error as Error).message}`)
  }
  const key = readClientKey(text)
  return typeof key === 'string' ? content(`\`${file}\` ${key}`) : { kind: 'key', key }
}

interface Connections {
  readonly fetch: typeof globalThis.fetch
  close(): Promise<void>
}

/** Connections with replaced files get no new requests. Uses undici's own `fetch`, as Node's may not support these agents. */
function connectionsBy(tls: UpstreamTls): Connections {
  const connector = upstreamConnector(tls, { timeout: CONNECT })
  const make = () => new Agent({ connect: (options, callback) => connector()(options, callback) })
  let { context } = tls
  let agent = make()

  function current(): Agent {
    if (tls.context !== context) {
      agent.close().catch(() => {})
      agent = make()
      context = tls.context
    }
    return agent
  }

  return {
    fetch: (async (url: string, options: object) => {
      const { fetch } = await import('undici/lib/web/fetch/index.js')
      return await fetch(url, { ...options, dispatcher: current() })
    }) as unknown as typeof globalThis.fetch,
    close: () => agent.destroy(),
  }
}
