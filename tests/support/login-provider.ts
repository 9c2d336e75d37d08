import { sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { Agent, fetch as fetchBy } from 'undici'
import { generatePrivateKey } from '../../runtime/base/generate-private-key.ts'
import { base64url } from './test-issuer.ts'

/** An OpenID provider from npm over real HTTP, whose login page takes anybody at their word. */
export interface LoginProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** How often each path was asked for. */
  readonly requests: ReadonlyMap<string, number>
  /** What is known of an account, beside `sub`. A test may change it. */
  readonly accounts: Map<string, Record<string, unknown>>
  /** What a login says of how it was done: a test may change it. */
  login: { acr?: string; amr?: string[] }
  /** In place of its own answer, before it; true: it has answered. */
  before: ((request: IncomingMessage, response: ServerResponse) => boolean) | null
  /** The answer of the token endpoint as it is sent: a test may change it. */
  tokens: ((answer: Record<string, unknown>) => Record<string, unknown>) | null
  /** Signs whatever a test wants signed, by the key that is published. */
  signNow(payload: object, header?: object): string
  /** The proxies are others by now. */
  register(): void
  /** Refuses connections, and cuts those that are open. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

export interface LoginProviderOptions {
  /** Where it leads back to: those of the proxy. */
  readonly origins: () => readonly string[]
  /** Seconds that an access token is good for. */
  readonly accessToken?: number
  /** Whether there are refresh tokens. */
  readonly refresh?: boolean
  /** Whether what scopes stand for is in ID tokens, as most providers have it; else it is told at the UserInfo endpoint alone. */
  readonly claimsInIdToken?: boolean
  /** More of the client's registration, or other. */
  readonly client?: Readonly<Record<string, unknown>>
  readonly clientId?: string
  /** As whom callers sign in there; left out: `staff`. */
  readonly identities?: readonly string[]
  /** Whether it takes claims that are asked for one by one. */
  readonly claimsParameter?: boolean
  /** Ids of other clients, which are like the first. */
  readonly otherClients?: readonly string[]
  /** What a test adds to the provider. */
  // biome-ignore lint/suspicious/noExplicitAny: it has no types
  readonly extend?: (provider: any) => void
}

export const CLIENT_SECRET = 'a-secret-of-the-tests-0123456789'

/** Origins are asked for when a first request comes, as the proxy's port is not known before. */
export async function startLoginProvider(options: LoginProviderOptions): Promise<LoginProvider> {
  const {
    accessToken = 3600,
    refresh = true,
    claimsInIdToken = true,
    clientId = 'iap',
    identities = ['staff'],
    otherClients = [],
  } = options
  const requests = new Map<string, number>()
  const accounts = new Map<string, Record<string, unknown>>()
  const privateKey = generatePrivateKey()
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | null = null
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  // Every host is this machine.
  const agent = new Agent({ connect: { lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) } })

  // biome-ignore lint/suspicious/noExplicitAny: it has no types
  function make(): any {
    const origins = options.origins()
    const provider = new Provider(issuer, {
      clients: [clientId, ...otherClients].map((client_id) => ({
        client_id,
        client_secret: CLIENT_SECRET,
        redirect_uris: origins.flatMap((origin) => identities.map((identity) => `${origin}/.iap/callback/${identity}`)),
        post_logout_redirect_uris: origins.map((origin) => `${origin}/.iap/signed-out`),
        backchannel_logout_uri: `${origins[0]}/.iap/backchannel-logout`,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', ...(refresh ? ['refresh_token'] : [])],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        ...options.client,
      })),
      jwks: { keys: [jwk] },
      cookies: { keys: ['of the tests'] },
      pkce: { required: () => true },
      scopes: ['openid', 'offline_access', 'profile'],
      claims: {
        openid: ['sub', 'amr'],
        profile: ['groups', 'email', 'email_verified'],
        acr: null,
        auth_time: null,
        sid: null,
        iss: null,
      },
      acrValues: ['gold', 'mfa'],
      conformIdTokenClaims: !claimsInIdToken,
      issueRefreshToken: async () => refresh,
      rotateRefreshToken: true,
      ttl: {
        AccessToken: accessToken,
        IdToken: 3600,
        Session: 86_400,
        Grant: 86_400,
        RefreshToken: 86_400,
        Interaction: 3600,
        AuthorizationCode: 60,
      },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        claimsParameter: { enabled: options.claimsParameter ?? false },
        rpInitiatedLogout: { enabled: true },
      },
      fetch: (url, init) => fetchBy(String(url), { ...(init as object), dispatcher: agent }) as unknown as Promise<Response>,
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: async (_: unknown, sub: string) => ({
        accountId: sub,
        claims: async () => ({ sub, groups: [], ...accounts.get(sub) }),
      }),
      // biome-ignore lint/suspicious/noExplicitAny: it has no types
      loadExistingGrant: async (ctx: any) => {
        const known = ctx.oidc.session.grantIdFor(ctx.oidc.client.clientId)
        if (known) return await provider.Grant.find(known)
        const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
        grant.addOIDCScope('openid profile offline_access')
        await grant.save()
        return grant
      },
    })
    // biome-ignore lint/suspicious/noExplicitAny: it has no types
    provider.use(async (ctx: any, next: () => Promise<void>) => {
      await next()
      if (ctx.path === '/token' && made.tokens !== null && ctx.status === 200) ctx.body = made.tokens({ ...ctx.body })
    })
    options.extend?.(provider)
    return provider
  }

  function listen(on: number): Promise<Server> {
    const made = createServer((request, response) => void respond(request, response))
    return new Promise((resolve, reject) => made.once('error', reject).listen(on, '127.0.0.1', () => resolve(made)))
  }

  // biome-ignore lint/suspicious/noExplicitAny: it has no types
  let provider: any = null

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    requests.set(path, (requests.get(path) ?? 0) + 1)
    if (made.before?.(request, response)) return
    if (provider === null) {
      provider = make()
      handle = provider.callback()
    }
    if (!path.startsWith('/interaction/')) return handle?.(request, response)
    const { prompt, params } = await provider.interactionDetails(request, response)
    if (request.method !== 'POST') {
      const hint = String(params.acr_values ?? '')
      response.writeHead(200, { 'content-type': 'text/html' })
      return void response.end(
        `<!doctype html><title>Provider</title><h1>Sign in</h1><form method="post"><p>${prompt.name} ${hint}</p><input name="account" autofocus><button>Sign in</button></form>`,
      )
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const account = new URLSearchParams(text).get('account') ?? ''
    if (account === 'nobody')
      return await provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'no' })
    await provider.interactionFinished(request, response, { login: { accountId: account, ...made.login } })
  }

  async function down(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  const made: LoginProvider = {
    issuer,
    clientId,
    clientSecret: CLIENT_SECRET,
    requests,
    accounts,
    login: {},
    before: null,
    tokens: null,
    signNow(payload, header = {}) {
      const input = `${base64url(JSON.stringify({ alg: 'ES256', kid: 'one', ...header }))}.${base64url(JSON.stringify(payload))}`
      return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
    register() {
      provider = null
    },
    down,
    async up() {
      server = await listen(port)
    },
    async close() {
      if (server.listening) await down()
      await agent.close()
    },
  }
  return made
}
