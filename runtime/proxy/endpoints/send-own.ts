import { lingerAfter } from '../connections/linger.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'

export interface OwnAnswer {
  readonly status: number
  /** HTML content; the empty default means no content. */
  readonly html?: string
  /** Content other than HTML, sent instead of `html` with the media type `type`. */
  readonly text?: string
  readonly type?: string
  readonly location?: string
  /** Further headers as a flat list of names and values. */
  readonly headers?: readonly string[]
  readonly cookies?: readonly string[]
}

const NO_PAGE: readonly string[] = ['referrer-policy', 'same-origin']

/**
 * Sends a page or redirect of a built-in endpoint, with headers that forbid caching. `Referrer-Policy` is `same-origin`,
 * because browsers would send `Origin: null` with forms otherwise.
 */
export function sendOwn(context: RequestContext, made: OwnAnswer): null {
  const { status, html = '', text = html, type, location, headers: others = [], cookies = [] } = made
  const { answer, incoming, proxy, requestId } = context
  if (isOver(context)) return null
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
  lingerAfter(context)
  return null
}
