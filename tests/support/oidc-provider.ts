import type { X509Certificate } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { exportJWK, type JWK } from 'jose'
import { type ClientMetadata, type Configuration, Provider } from 'oidc-provider'
import { generatePrivateKey } from '../../runtime/base/generate-private-key.ts'
import { type DpopKey, proofOf } from './dpop.ts'

// oidc-provider is made for Node 22, and this is all of it that Node 20 lacks.
const Url = URL as unknown as { parse?(text: string): URL | null }
Url.parse ??= (text) => (URL.canParse(text) ? new URL(text) : null)

/** Whoever can sign in: by login name, with the claims beside `sub`. */
export type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export interface OidcOptions {
  readonly clients: readonly ClientMetadata[]
  readonly accounts?: Accounts
  /** HTTPS on `localhost`; clients may show certificates of `ca`. */
  readonly tls?: Pick<ServerOptions, 'cert' | 'key' | 'ca'>
  /** What else of its configuration is to be as a test wants it. */
  readonly configuration?: Configuration
}

export interface TokenOptions {
  readonly client: ClientMetadata
  readonly scope?: string
  /** Resource indicator (RFC 8707): the audience. */
  readonly resource?: string
  readonly dpop?: DpopKey
}

/** A real OpenID provider, over real HTTP. */
export interface OidcProvider {
  readonly issuer: string
  readonly provider: Provider
  /** How often each path was asked for. */
  readonly requests: ReadonlyMap<string, number>
  /** An opaque access token as a person's sign-in yields it. */
  tokenOf(account: string, options: TokenOptions & { readonly seconds?: number }): Promise<string>
  /** A refresh token of the same. */
  refreshTokenOf(account: string, client: ClientMetadata): Promise<string>
  /** By client credentials and the client's secret, over the wire. */
  clientToken(options: TokenOptions): Promise<string>
  /** It is active no longer. */
  revoke(token: string): Promise<void>
  /** Refuses connections, and cuts those that are open. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/** Resources whose tokens are JWTs; those of others are opaque. */
export const JWT_RESOURCE = 'https://jwt.api.example'

const SCOPES = 'openid orders:read orders:write'

export async function startOidcProvider(options: OidcOptions): Promise<OidcProvider> {
  const { clients, accounts = {}, tls, configuration } = options
  const requests = new Map<string, number>()
  let respond: RequestListener = () => {}
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  const issuer = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
  const jwks = { keys: [await providerKey()] }
  const provider = quietly(() => new Provider(issuer, { ...usual(clients, accounts, tls !== undefined), jwks, ...configuration }))
  respond = provider.callback()

  function listen(on: number): Promise<Server> {
    const count: RequestListener = (request, response) => {
      const path = (request.url ?? '').replace(/\?.*/, '')
      requests.set(path, (requests.get(path) ?? 0) + 1)
      respond(request, response)
    }
    const made =
      tls === undefined
        ? createServer(count)
        : (createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: false }, count) as unknown as Server)
    return new Promise((resolve, reject) => made.once('error', reject).listen(on, '127.0.0.1', () => resolve(made)))
  }

  async function down(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  async function clientOf({ client_id }: ClientMetadata) {
    const client = await provider.Client.find(client_id)
    if (client === undefined) throw new Error(`the provider has no client ${client_id}`)
    return client
  }

  async function granted(account: string, clientId: string, scope: string, resource: string | undefined) {
    const grant = new provider.Grant({ accountId: account, clientId })
    grant.addOIDCScope(scope)
    if (resource !== undefined) grant.addResourceScope(resource, scope)
    return grant.save()
  }

  return {
    issuer,
    provider,
    requests,
    async tokenOf(account, { client, scope = 'openid', resource, dpop, seconds }) {
      const found = await clientOf(client)
      const grantId = await granted(account, client.client_id, scope, resource)
      const token = new provider.AccessToken({
        accountId: account,
        client: found,
        grantId,
        gty: 'authorization_code',
        scope,
        ...(seconds !== undefined && { expiresIn: seconds }),
      } as unknown as ConstructorParameters<Provider['AccessToken']>[0])
      if (resource !== undefined) token.resourceServer = new provider.ResourceServer(resource, resourceOf(resource))
      if (dpop !== undefined) Object.assign(token, { jkt: dpop.jkt })
      return token.save()
    },
    async refreshTokenOf(account, client) {
      const grantId = await granted(account, client.client_id, 'openid offline_access', undefined)
      const token = new provider.RefreshToken({
        accountId: account,
        client: await clientOf(client),
        grantId,
        gty: 'authorization_code',
        scope: 'openid offline_access',
      } as unknown as ConstructorParameters<Provider['RefreshToken']>[0])
      return token.save()
    },
    async clientToken({ client, scope, resource, dpop }) {
      const url = `${issuer}/token`
      const form = new URLSearchParams({ grant_type: 'client_credentials' })
      if (scope !== undefined) form.set('scope', scope)
      if (resource !== undefined) form.set('resource', resource)
      const secret = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')
      const headers: Record<string, string> = { authorization: `Basic ${secret}` }
      if (dpop !== undefined) headers.dpop = proofOf(dpop, { method: 'POST', url })
      const response = await fetch(url, { method: 'POST', body: form, headers })
      const answer = (await response.json()) as { readonly access_token?: string }
      if (answer.access_token === undefined) throw new Error(JSON.stringify(answer))
      return answer.access_token
    },
    async revoke(token) {
      const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token))
      await found?.destroy()
    },
    down,
    async up() {
      server = await listen(port)
    },
    close: () => (server.listening ? down() : Promise.resolve()),
  }
}

async function providerKey(): Promise<JWK> {
  return { ...(await exportJWK(generatePrivateKey())), alg: 'ES256', use: 'sig', kid: 'provider' }
}

function usual(clients: readonly ClientMetadata[], accounts: Accounts, isSecure: boolean): Configuration {
  return {
    clients: [...clients],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 3600, RefreshToken: 3600 },
    scopes: [...SCOPES.split(' '), 'offline_access'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
      ...(isSecure ? (['tls_client_auth', 'self_signed_tls_client_auth'] as const) : []),
    ],
    findAccount: (_, id) =>
      Object.hasOwn(accounts, id) ? { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) } : undefined,
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      dPoP: { enabled: true },
      ...(isSecure && { mTLS: MTLS }),
      resourceIndicators: { enabled: true, getResourceServerInfo: (_, resource) => resourceOf(resource) },
    },
  }
}

const MTLS = {
  enabled: true,
  certificateBoundAccessTokens: true,
  selfSignedTlsClientAuth: true,
  tlsClientAuth: true,
  getCertificate: (ctx: Asking) => certificateOf(ctx) as unknown as string,
  certificateAuthorized: ({ socket }: Asking) => (socket as TLSSocket).authorized,
  certificateSubjectMatches: (ctx: Asking, _: string, expected: string) => certificateOf(ctx)?.subject === expected,
}

interface Asking {
  readonly socket: Socket
}

function certificateOf({ socket }: Asking): X509Certificate | undefined {
  return (socket as TLSSocket).getPeerX509Certificate()
}

function resourceOf(resource: string) {
  const isJwt = resource === JWT_RESOURCE
  return {
    scope: SCOPES,
    audience: resource,
    accessTokenTTL: 600,
    ...(isJwt
      ? { accessTokenFormat: 'jwt' as const, jwt: { sign: { alg: 'ES256' as const } } }
      : { accessTokenFormat: 'opaque' as const }),
  }
}

/** What it says of being used for development is known. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console
  Object.assign(console, { warn: () => {}, info: () => {} })
  try {
    return make()
  } finally {
    Object.assign(console, { warn, info })
  }
}
