import { refusals } from '../../request/index.ts'
import { credentialRefusals } from '../identity/index.ts'
import type { Exchange } from './exchange.ts'
import { lingerOrClose } from './linger.ts'
import { proxyErrors } from './proxy-errors.ts'
import { refusalOf } from './refusal.ts'
import { escapeHtml, inline, PAGE_POLICY, page } from './refusal-page.ts'
import { refuse } from './refuse.ts'
import { hasBody } from './request-body.ts'
import { ERRORS_PATH, JWKS_PATH, WELL_KNOWN } from './well-known-paths.ts'

/** `path` is the decoded one: no other spelling reaches a route below it either. */
export function isWellKnown(path: string): boolean {
  return path.startsWith(WELL_KNOWN)
}

/** Pages of the proxy itself: for anybody, on every host, whatever the policy says. */
export function answerWellKnown(exchange: Exchange, path: string): void {
  const { method } = exchange.incoming
  if (path !== JWKS_PATH && path !== ERRORS_PATH) {
    refuse(exchange, refusalOf('page-not-found'))
  } else if (method !== 'GET' && method !== 'HEAD') {
    refuse(exchange, refusalOf('page-method', { headers: [['allow', 'GET, HEAD']] }))
  } else if (path === ERRORS_PATH) {
    send(exchange, 'text/html; charset=utf-8', errorsPage, 3600)
  } else {
    // A key is published a while before it signs, and must be seen by then.
    send(exchange, 'application/jwk-set+json', JSON.stringify(exchange.proxy.signer.jwks()), 60)
  }
}

/** `age` in seconds. */
function send(exchange: Exchange, type: string, content: string, age: number): void {
  const { answer, incoming, proxy } = exchange
  exchange.effect = 'permit'
  const body = Buffer.from(content)
  if (proxy.draining) answer.shouldKeepAlive = false
  answer.writeHead(200, [
    ...['content-type', type],
    ...['content-length', String(body.length)],
    ...['cache-control', `public, max-age=${age}`],
    ...['x-content-type-options', 'nosniff'],
    ...['content-security-policy', PAGE_POLICY],
  ])
  answer.end(incoming.method === 'HEAD' ? undefined : body)
  if (!incoming.complete && exchange.request !== null && hasBody(incoming, exchange.request.headers))
    lingerOrClose(incoming, proxy.limits.linger)
}

const errorsPage = page(
  'What this proxy answers by itself',
  `<h1>What this proxy answers by itself</h1>
<p>${inline('Such an answer has the header `x-iap-error` with one of these codes. Everything else comes from the service.')}</p>
${Object.entries(proxyErrors)
  .map(([code, { status, detail, advice }]) => section(code, status, `${detail} ${advice}`))
  .join('\n')}
${Object.entries(refusals)
  .filter(([code]) => !Object.hasOwn(proxyErrors, code))
  .map(([code, [status, message]]) => section(code, status, `The request is refused before it is read further: ${message}.`))
  .join('\n')}
${Object.entries({ ...credentialRefusals, claims: 'a claim does not fit what the access policy declares' })
  .map(([code, message]) => section(code, code.endsWith('-unavailable') ? 503 : 401, `The credential is refused: ${message}.`))
  .join('\n')}`,
)

function section(code: string, status: number, text: string): string {
  return `<section id="${escapeHtml(code)}"><h2>${escapeHtml(code)} (${status})</h2><p>${inline(text)}</p></section>`
}
