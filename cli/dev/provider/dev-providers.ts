import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import type Provider from 'oidc-provider'
import { callbackPath, type MfaConfig } from '../../../runtime/identity/index.ts'
import type { DevCaller, DevCallers } from '../callers.ts'
import { bodyOf } from '../http.ts'
import type { OidcProvider } from './load-oidc-provider.ts'
import { memoryAdapter } from './memory-adapter.ts'
import { ACR, FACTORS, messagePage, pickerPage, type SignInRequest, setPageHeaders } from './pages.ts'

/** The proxy as an OAuth client of the development provider for one identity. */
export interface DevClient {
  readonly id: string
  readonly secret: string
  readonly mfa: MfaConfig
}

export interface DevProvidersOptions {
  readonly Provider: OidcProvider
  /** Returns the proxy's OAuth client for an identity; null if the identity's callers do not sign in with a browser. */
  client(identity: string): DevClient | null
  /** Returns whether some service of the policy has the given host. */
  servesHost(host: string): boolean
}

/** The parts of the development issuer that its OpenID providers use. */
export interface IssuerParts {
  issuerOf(identity: string): string
  callers(): DevCallers
  /** The issuer's private ES256 key as a JWK with its `kid`, which signs tokens. */
  readonly key: JWK
}

export interface DevProviders {
  /**
   * Handles a request to the provider of an identity, whose paths are below `/IDENTITY`. Returns false if there is no such
   * provider.
   */
  handle(identity: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

/**
 * Creates OpenID providers for one person on one machine, one per identity `via oidc`. Each provider asks the visitor which
 * caller to be, without a password. They implement the whole protocol, so a sign-in that works here works elsewhere. Sign-ins are
 * not remembered, so that the next visitor can be another caller.
 */
export function createDevProviders({ Provider, client, servesHost }: DevProvidersOptions, parts: IssuerParts): DevProviders {
  const made = new Map<string, { readonly of: string; readonly provider: Provider }>()
  /** By identity and `sub`: callers who share these are one account, as last picked. */
  const picked = new Map<string, string>()

  function callersOf(identity: string): DevCallers {
    return Object.fromEntries(Object.entries(parts.callers()).filter(([, caller]) => caller.identity === identity))
  }

  /** Recreated if its input changed; sign-ins in progress start again. */
  function providerOf(identity: string, known: DevClient): Provider {
    const names = claimNames(callersOf(identity))
    const of = JSON.stringify([known.id, known.secret, names])
    const before = made.get(identity)
    if (before?.of === of) return before.provider
    const provider = makeProvider(identity, known, names)
    made.set(identity, { of, provider })
    return provider
  }

  function makeProvider(identity: string, { id, secret }: DevClient, names: readonly string[]): Provider {
    const provider = new Provider(parts.issuerOf(identity), {
      adapter: memoryAdapter(),
      clients: [
        {
          client_id: id,
          client_secret: secret,
          // Checked below instead: hosts may be patterns, and any port may be used.
          redirect_uris: [`http://localhost${callbackPath(identity)}`],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          id_token_signed_response_alg: 'ES256',
          require_auth_time: true,
        },
      ],
      jwks: { keys: [{ ...parts.key, use: 'sig', alg: 'ES256' } as never] },
      cookies: { keys: [secret], long: { httpOnly: true, sameSite: 'lax', path: `/${identity}` } },
      // Independent of scopes, as a policy only declares the claims that it reads.
      claims: { openid: ['sub', 'acr', 'amr', 'auth_time', ...names] },
      scopes: ['openid', 'offline_access', 'profile', 'email', 'address', 'phone'],
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      ttl: { Interaction: 3600, Session: 3600, Grant: 86_400, AccessToken: 3600, IdToken: 3600, RefreshToken: 86_400 },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/${identity}/interaction/${uid}` },
      findAccount: (_ctx, sub) => {
        const caller = callerNamed(callersOf(identity), picked.get(accountKey(identity, sub)) ?? '')
        if (caller === null || subjectOf(caller) !== sub) return undefined
        return { accountId: sub, claims: async () => ({ ...caller.claims, sub }) }
      },
      // Nobody is asked for consent.
      loadExistingGrant: async (ctx) => {
        const { client: of, session, params } = ctx.oidc
        const grant = new ctx.oidc.provider.Grant({ clientId: of?.clientId as string, accountId: session?.accountId as string })
        grant.addOIDCScope(String(params?.scope ?? ''))
        await grant.save()
        return grant
      },
      renderError: (ctx, { error_description: description, error }) => {
        ctx.type = 'html'
        ctx.body = messagePage('Sign-in failed', description ?? error)
      },
    })
    provider.Client.prototype.redirectUriAllowed = (uri: string) => leadsBack(uri, identity)
    return provider
  }

  /** Allows only the proxy's callback. */
  function leadsBack(text: string, identity: string): boolean {
    if (!URL.canParse(text)) return false
    const { protocol, hostname, pathname, search, hash, username, password } = new URL(text)
    const plain = search === '' && hash === '' && username === '' && password === '' && !text.includes('#')
    return plain && /^https?:$/.test(protocol) && pathname === callbackPath(identity) && servesHost(hostname)
  }

  async function interact(
    identity: string,
    mfa: MfaConfig,
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const details = await provider.interactionDetails(request, response).catch(() => null)
    if (details === null)
      return answerPage(response, 400, messagePage('This sign-in has ended', 'Start again at the page that you wanted to open.'))
    const asked = requestIn(details.params, identity, mfa)
    setPageHeaders(response, asked.origin)
    const callers = callersOf(identity)
    if (request.method !== 'POST') return answerPage(response, 200, pickerPage(asked, callers))
    const form = new URLSearchParams(await bodyOf(request))
    if (form.has('refuse')) {
      const refused = { error: 'access_denied', error_description: 'the user refused to sign in' }
      return await provider.interactionFinished(request, response, refused)
    }
    const name = form.get('caller') ?? ''
    const caller = callerNamed(callers, name)
    if (caller === null)
      return answerPage(response, 400, messagePage('Unknown caller', 'Go back, and choose a caller from the page.'))
    const accountId = subjectOf(caller)
    picked.set(accountKey(identity, accountId), name)
    await provider.interactionFinished(request, response, {
      login: { accountId, remember: false, ...signedIn(caller, form.get('how') ?? '', asked) },
      // The scope `offline_access` requires consent, which nobody is asked for.
      consent: {},
    })
  }

  return {
    async handle(identity, request, response) {
      const known = client(identity)
      if (known === null) return false
      const provider = providerOf(identity, known)
      forgetSession(request)
      setPageHeaders(response, null)
      const url = request.url ?? ''
      if (url.startsWith(`/${identity}/interaction/`)) await interact(identity, known.mfa, provider, request, response)
      else {
        // The provider finds out its mount point from the original URL.
        Object.assign(request, { originalUrl: url, url: url.slice(identity.length + 1) })
        response.removeHeader('content-type')
        await provider.callback()(request, response)
      }
      return true
    },
  }
}

function accountKey(identity: string, sub: string): string {
  return `${identity} ${sub}`
}

function subjectOf({ claims }: DevCaller): string {
  return String(claims.sub)
}

/** Claims that the provider sets itself. */
const OWN_CLAIMS: ReadonlySet<string> = new Set(
  'iss sub aud exp iat nbf jti nonce azp sid at_hash c_hash s_hash auth_time acr amr'.split(' '),
)

function claimNames(callers: DevCallers): readonly string[] {
  const names = Object.values(callers).flatMap(({ claims }) => Object.keys(claims))
  return [...new Set(names)].filter((name) => !OWN_CLAIMS.has(name)).sort()
}

function callerNamed(callers: DevCallers, name: string): DevCaller | null {
  return (Object.hasOwn(callers, name) ? callers[name] : null) ?? null
}

function requestIn(params: Readonly<Record<string, unknown>>, identity: string, mfa: MfaConfig): SignInRequest {
  const words = (name: string) => (typeof params[name] === 'string' ? params[name].split(' ').filter((word) => word !== '') : [])
  const { origin } = new URL(String(params.redirect_uri))
  return { identity, origin, acr: words('acr_values'), again: words('prompt').includes('login'), mfa }
}

/** Returns how and when the person signed in: from the callers file, and the choice on the page. */
function signedIn({ claims }: DevCaller, how: string, { acr: asked, mfa }: SignInRequest) {
  const { auth_time: time } = claims
  const methods = Array.isArray(claims.amr) ? claims.amr.filter((method): method is string => typeof method === 'string') : []
  const factor = how === FACTORS ? mfa.amr[0] : undefined
  const amr = factor === undefined ? methods : [...new Set([...methods, factor])]
  const chosen = how === FACTORS && factor === undefined ? mfa.acr[0] : asked.find((value) => how === ACR + value)
  const acr = chosen ?? (typeof claims.acr === 'string' ? claims.acr : undefined)
  return {
    ...(acr !== undefined && { acr }),
    ...(amr.length > 0 && { amr }),
    ...(typeof time === 'number' && { ts: time }),
  }
}

/** Drops the session: otherwise the provider would reuse the last account, or ask it to sign out first. */
function forgetSession(request: IncomingMessage): void {
  const { cookie } = request.headers
  if (cookie === undefined) return
  const others = cookie.split(/; */).filter((pair) => !pair.startsWith('_session'))
  request.headers.cookie = others.join('; ')
}

function answerPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status)
  response.end(page)
}
