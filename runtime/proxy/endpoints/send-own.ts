import { lingerAfter } from '../connections/linger.ts'
import type { RequestContext } from '../request-context.ts'

export interface OwnAnswer {
  readonly status: number
  /** HTML; empty: there is none. */
  readonly html?: string
  /** In its place, for programs, with its media type. */
  readonly text?: string
  readonly type?: string
  readonly location?: string
  /** Name, value, name, value …: others. */
  readonly headers?: readonly string[]
  /** `Set-Cookie` lines. */
  readonly cookies?: readonly string[]
}

const NO_PAGE: readonly string[] = ['referrer-policy', 'same-origin']

/**
 * A page of the proxy's own, or a way to another one. Of one person, and of this moment: nobody keeps it. Other origins do not
 * learn from where somebody comes; this one does, as browsers otherwise say `Origin: null` of its forms.
 */
export function sendOwn(exchange: RequestContext, made: OwnAnswer): null {
  const { status, html = '', text = html, type, location, headers: others = [], cookies = [] } = made
  const { answer, incoming, proxy, requestId } = exchange
  if (exchange.over) return null
  const body = Buffer.from(text)
  const headers = ['content-length', String(body.length), 'cache-control', 'no-store', 'x-iap-request-id', requestId]
  headers.push(...(html === '' ? NO_PAGE : proxy.pages.ownHeaders), 'x-content-type-options', 'nosniff')
  if (type !== undefined) headers.push('content-type', type)
  if (location !== undefined) headers.push('location', location)
  headers.push(...others)
  for (const cookie of cookies) headers.push('set-cookie', cookie)
  if (proxy.draining) answer.shouldKeepAlive = false
  answer.ending = text === '' ? 'head' : 'body'
  answer.writeHead(status, headers)
  answer.end(incoming.method === 'HEAD' || text === '' ? undefined : body)
  lingerAfter(exchange)
  return null
}
