import type { Refusal as Malformed } from '../../../request/index.ts'
import type { Refused } from '../../identity/index.ts'
import type { LinkLabel } from '../pages/page-texts.ts'
import { type ProxyErrorCode, proxyErrors, refusedBefore } from './proxy-errors.ts'

/** An answer of the proxy's own, whole: what `refuse` puts into words for a program or a person. */
export interface Refusal {
  readonly status: number
  /** `x-iap-error` */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly advice: string
  /** Of the rule that forbids, as its author wrote it for callers. */
  readonly because: string | null
  /** What a person can do next, below the advice of the page. Left out: nothing. */
  readonly links?: readonly { readonly label: LinkLabel; readonly href: string }[]
  /** `WWW-Authenticate`, `Allow`, `Retry-After` … */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Whether nothing that follows on the connection may be believed. */
  readonly close: boolean
}

export function refusalOf(code: ProxyErrorCode, more: Partial<Refusal> = {}): Refusal {
  return { ...proxyErrors[code], code, because: null, headers: [], close: false, ...more }
}

/** The proxy itself has too much of it. `Retry-After` in seconds (RFC 9110 §10.2.3). */
export function overloaded(): Refusal {
  return refusalOf('overloaded', { headers: [['retry-after', '1']] })
}

/** The framing of what follows it cannot be trusted, so the connection ends. */
export function malformed({ status, code, message }: Malformed): Refusal {
  return refusedEarly(status, code, message, [], true)
}

export function badCredential({ status, code, message, wwwAuthenticate, nonce, retryAfter = 1 }: Refused): Refusal {
  if (status === 429) return refusalOf('too-many-wrong-keys', { headers: [['retry-after', String(retryAfter)]] })
  const headers: (readonly [string, string])[] = []
  if (wwwAuthenticate !== undefined) headers.push(['www-authenticate', wwwAuthenticate])
  if (nonce !== undefined) headers.push(['dpop-nonce', nonce])
  return refusedEarly(status, code, message, headers, false)
}

export function refusedEarly(
  status: number,
  code: string,
  message: string,
  headers: Refusal['headers'],
  close: boolean,
): Refusal {
  const { title, advice } = refusedBefore[status] ?? { title: 'Refused', advice: 'Check what sends the request.' }
  return { status, code, title, detail: sentence(message), advice, because: null, headers, close }
}

/** Messages of the log begin in lower case and have no full stop. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
