/**
 * The development issuer: an OAuth 2 authorization server for one person on one machine. Anybody who can reach it gets a token
 * for any caller of the callers file, without a password; so it listens on 127.0.0.1 only, and only `--dev` starts it. Each
 * identity of the policy has its own issuer (`…/staff`), so that tokens show their kind. For identities `via oidc` it is a
 * complete OpenID provider.
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { calculateJwkThumbprint, exportJWK, importJWK, type JWK, SignJWT } from 'jose'
import { generatePrivateKey } from '../../runtime/base/generate-private-key.ts'
import type { DevCallers } from './callers.ts'
import { answerJson, answerText, bodyOf, type LocalServer, listenLocally } from './http.ts'
import { createDevProviders, type DevProviders, type DevProvidersOptions } from './provider/dev-providers.ts'

/** The audience of development tokens for an identity that the configuration does not mention. */
export const DEV_AUDIENCE = 'iap-dev'

export interface IssuerOptions {
  /** TCP port; 0 for any free port. */
  readonly port: number
  /** Returns the callers for whom tokens are issued. Called for each request, so that changes of the file apply at once. */
  callers(): DevCallers
  /** Returns the audience of tokens for an identity. */
  audience(identity: string): string
  /** An ES256 key from `newIssuerKey`, so that tokens outlive a restart. Default: a new one. */
  readonly key?: JWK
  /** The lifetime of tokens in seconds. */
  readonly lifetime?: number
  /** Returns milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number
}

export interface DevIssuer extends LocalServer {
  /** Returns the `iss` of tokens for an identity: `http://127.0.0.1:8081/staff`. */
  issuerOf(identity: string): string
  /** Turns on the OpenID providers, with which callers sign in with a browser. */
  signIn(options: DevProvidersOptions): void
}

/** Generates an ES256 key as a JWK (RFC 7517) with its private part. */
export async function newIssuerKey(): Promise<JWK> {
  return await exportJWK(generatePrivateKey())
}

export async function startIssuer(options: IssuerOptions): Promise<DevIssuer> {
  const jwk = options.key ?? (await newIssuerKey())
  const key = await importJWK(jwk, 'ES256')
  const { kty, crv, x, y } = jwk
  const kid = await calculateJwkThumbprint(jwk)
  const jwks = { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] }
  const clock = options.clock ?? Date.now

  let providers: DevProviders | null = null

  const server = await listenLocally(options.port, async (request, response) => {
    response.setHeader('x-iap-dev', 'development issuer; not for production')
    if (!isLocal(request.headers.host)) return answerJson(response, 403, { error: 'only available from this machine' })
    const url = new URL(request.url ?? '/', server.origin)
    if (url.pathname === '/') return answerText(response, 200, welcome(server.origin, options.callers()))
    if (url.pathname === '/jwks') return answerJson(response, 200, jwks)
    if (url.pathname === '/token') return await token(request, response, url.searchParams)
    const [, mounted] = /^\/([A-Za-z_][A-Za-z0-9_]*)\//.exec(url.pathname) ?? []
    if (mounted !== undefined && (await providers?.handle(mounted, request, response))) return
    const identity = /^\/([A-Za-z_][A-Za-z0-9_]*)\/\.well-known\/openid-configuration$/.exec(url.pathname)?.[1]
    if (identity !== undefined) return answerJson(response, 200, discovery(server.origin, identity))
    return answerJson(response, 404, { error: 'not found' })
  })

  async function token(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'POST') return answerJson(response, 405, { error: 'GET or POST' })
    const asked =
      request.method === 'POST' ? new URLSearchParams([...query, ...new URLSearchParams(await bodyOf(request))]) : query
    const callers = options.callers()
    const name = asked.get('caller') ?? ''
    const caller = Object.hasOwn(callers, name) ? callers[name] : undefined
    if (caller === undefined) {
      const known = Object.keys(callers).join(', ')
      return answerJson(response, 400, { error: 'invalid_request', error_description: `caller must be one of: ${known}` })
    }
    const audience = asked.get('audience') ?? options.audience(caller.identity)
    const now = Math.floor(clock() / 1000)
    const lifetime = options.lifetime ?? 3600
    // RFC 9068, section 2.2 requires all of these in an access token. The caller has just signed in (section 2.2.1), unless its
    // own claims say otherwise.
    const claims = {
      client_id: 'iap-dev',
      auth_time: now,
      ...caller.claims,
      iss: `${server.origin}/${caller.identity}`,
      aud: audience,
    }
    const jwt = await new SignJWT({ ...claims, iat: now, exp: now + lifetime, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(key)
    // A bare token fits into `$(curl …)` without a JSON tool.
    if (asked.get('as') === 'text') return answerText(response, 200, `${jwt}\n`)
    answerJson(response, 200, { access_token: jwt, token_type: 'Bearer', expires_in: lifetime })
  }

  const issuerOf = (identity: string): string => `${server.origin}/${identity}`
  return {
    ...server,
    issuerOf,
    signIn(how) {
      providers = createDevProviders(how, { issuerOf, callers: options.callers, key: { ...jwk, kid } })
    },
  }
}

/** Returns OpenID Connect Discovery 1.0, section 3, metadata for an issuer without sign-in by browser. */
function discovery(origin: string, identity: string): object {
  return {
    issuer: `${origin}/${identity}`,
    jwks_uri: `${origin}/jwks`,
    token_endpoint: `${origin}/token`,
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

/** Prevents DNS rebinding: a web page must not reach it under its own name that resolves to 127.0.0.1. */
function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(host)
}

function welcome(origin: string, callers: DevCallers): string {
  const lines = Object.entries(callers).map(([name, { identity }]) => `  ${name} (${identity}): ${origin}/token?caller=${name}`)
  const about =
    'This is the development issuer of iap run --dev. It issues tokens to anyone who asks. Do not use it in production.'
  return `${about}\n\n${lines.join('\n')}\n`
}
