import { lingerAfter } from '../connections/linger.ts'
import { ERRORS_PATH, WELL_KNOWN } from '../refusals/problem.ts'
import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import type { RequestContext } from '../request-context.ts'

/** The keys of assertions (RFC 7517). */
const JWKS_PATH = `${WELL_KNOWN}jwks.json`

/** `path` must be decoded, so that no other spelling reaches a route below it. */
export function isWellKnown(path: string): boolean {
  return path.startsWith(WELL_KNOWN)
}

/** Serves the proxy's public pages, on every host, whatever the policy says. */
export function answerWellKnown(context: RequestContext, path: string): void {
  const { method } = context.incoming
  if (path !== JWKS_PATH && path !== ERRORS_PATH) {
    refuse(context, refusalOf('page-not-found'))
  } else if (method !== 'GET' && method !== 'HEAD') {
    refuse(context, refusalOf('page-method', { headers: [['allow', 'GET, HEAD']] }))
  } else if (path === ERRORS_PATH) {
    send(context, context.proxy.pages.headers, context.proxy.pages.errors, 3600)
  } else {
    // Keys are published well before they sign, so a short cache suffices.
    send(context, JWKS, JSON.stringify(context.proxy.signer.jwks()), 60)
  }
}

const JWKS: readonly string[] = [
  'content-type',
  'application/jwk-set+json',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
]

/** `age` in seconds. */
function send(context: RequestContext, headers: readonly string[], content: string, age: number): void {
  const { answer, incoming, proxy } = context
  context.effect = 'permit'
  const body = Buffer.from(content)
  if (proxy.draining) answer.shouldKeepAlive = false
  answer.writeHead(200, [
    ...headers,
    ...['content-length', String(body.length)],
    ...['cache-control', `public, max-age=${age}`],
    ...['x-content-type-options', 'nosniff'],
  ])
  answer.end(incoming.method === 'HEAD' ? undefined : body)
  lingerAfter(context)
}
