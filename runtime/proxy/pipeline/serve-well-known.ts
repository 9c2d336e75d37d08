import { lingerAfter } from '../connections/index.ts'
import { ERRORS_PATH, refusalOf, WELL_KNOWN } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'

/** The keys of assertions (RFC 7517). */
const JWKS_PATH = `${WELL_KNOWN}jwks.json`

/** Serves the proxy's public paths below `/.well-known/iap/` on all hosts, independently of the policy. */
export function serveWellKnown(context: RequestContext): StageResult {
  const { path, method } = (context as CanonicalContext).request
  // The decoded path, so that no other spelling reaches a route below it.
  if (!path.startsWith(WELL_KNOWN)) return CONTINUE
  if (path !== JWKS_PATH && path !== ERRORS_PATH) return refusalOf('page-not-found')
  if (method !== 'GET' && method !== 'HEAD') return refusalOf('page-method', { headers: [['allow', 'GET, HEAD']] })
  const { pages, signer } = context.proxy
  if (path === ERRORS_PATH) send(context, pages.errorsHeaders, pages.errors, 3600)
  // Keys are published well before they sign, so a short cache suffices.
  else send(context, JWKS, JSON.stringify(signer.jwks()), 60)
  return DONE
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
