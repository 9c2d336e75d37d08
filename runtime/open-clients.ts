import { readFileSync } from 'node:fs'
import { Agent, type buildConnector, fetch } from 'undici'
import { type Config, type ConfigError, renderConfigError, resolveSecret, type SecretRef } from './config/index.ts'
import { authenticateClient, type ClientProof, type OAuth2Config, type OAuthClient, readClientKey } from './identity/index.ts'
import { content, environment, type Problem } from './startup-error.ts'
import { type UpstreamTls, upstreamConnector } from './tls/index.ts'

export interface Clients {
  /** By identity: as whom the proxy asks its authorization server. Empty where there are problems. */
  readonly clients: ReadonlyMap<string, OAuthClient>
  readonly problems: readonly Problem[]
  close(): Promise<void>
}

/** Milliseconds for a connection to an authorization server: the time for the whole answer ends it, too. */
const CONNECT = 5_000

/** Characters: a shorter one could be guessed. */
const LEAST_SECRET = 16

/** Reads what the proxy shows to authorization servers. `tls`: by identity, opened; a problem with it stands elsewhere. */
export function openClients(
  { identities, source }: Config,
  tls: Readonly<Record<string, UpstreamTls>>,
  clock: () => number,
): Clients {
  const problems: Problem[] = []
  const agents: Agent[] = []
  const clients = new Map<string, OAuthClient>()
  for (const [name, { oauth2 }] of Object.entries(identities)) {
    if (oauth2 === null) continue
    const proof = openProof(oauth2)
    if ('fault' in proof) {
      const path = ['identities', name, oauth2.client.kind === 'key' ? 'clientKey' : 'clientSecret']
      const error: ConfigError = { file: source.file, ...source.place(path), message: proof.message }
      problems.push({ fault: proof.fault, message: renderConfigError(error) })
      continue
    }
    const own = oauth2.tls === null ? null : (tls[name] ?? null)
    const agent = own && agentOf(own)
    if (agent !== null) agents.push(agent)
    clients.set(name, {
      fetch: agent === null ? globalThis.fetch : fetchBy(agent),
      mutualTls: proof.kind === 'certificate',
      authenticate: authenticateClient(oauth2.clientId, proof, clock),
      distrusted: () => proof.kind === 'secret' && proof.renew(),
    })
  }
  return {
    clients,
    problems,
    async close() {
      await Promise.all(agents.map((agent) => agent.destroy()))
    },
  }
}

type Opened = Exclude<ClientProof, { kind: 'secret' }> | (Extract<ClientProof, { kind: 'secret' }> & { renew(): void })

function openProof({ client }: OAuth2Config): Opened | Problem {
  switch (client.kind) {
    case 'secret':
      return openSecret(client.secret)
    case 'key':
      return openKey(client.file)
    case 'certificate':
      return client
  }
}

/** A file is read again when the secret was not believed. */
function openSecret(secret: SecretRef): Opened | Problem {
  const read = () => resolveSecret(secret, { env: process.env, folder: '' })
  const first = read()
  if (!first.ok) return environment(first.message)
  let { value } = first
  if (value.length < LEAST_SECRET)
    return content(`the secret has ${value.length} characters, and ${LEAST_SECRET} are the least: a shorter one can be guessed`)
  return {
    kind: 'secret',
    secret: () => value,
    renew() {
      const next = read()
      if (next.ok && next.value.length >= LEAST_SECRET) value = next.value
    },
  }
}

function openKey(file: string): Opened | Problem {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return environment(`the key \`${file}\` cannot be read: ${(error as Error).message}`)
  }
  const key = readClientKey(text)
  return typeof key === 'string' ? content(`\`${file}\` ${key}`) : { kind: 'key', key }
}

function agentOf(tls: UpstreamTls): Agent {
  const connector = upstreamConnector(tls, { timeout: CONNECT })
  const connect: buildConnector.connector = (options, callback) => connector()(options, callback)
  return new Agent({ connect })
}

/** undici's own, because Node's may not know this agent. */
function fetchBy(dispatcher: Agent): typeof globalThis.fetch {
  return ((url: string, options: object) => fetch(url, { ...options, dispatcher })) as unknown as typeof globalThis.fetch
}
