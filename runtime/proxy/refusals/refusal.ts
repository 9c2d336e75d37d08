import type { Refusal as Malformed } from '../../../request/index.ts'
import type { Refused } from '../../identity/index.ts'
import type { LinkLabel } from '../pages/page-texts.ts'
import { type ProxyErrorCode, proxyErrors, refusedBefore } from './proxy-errors.ts'

/** A refusal, which `refuse` renders for a program or a person. */
export interface Refusal {
  readonly status: number
  /** Value of `x-iap-error`. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly advice: string
  /** The forbidding rule's text for callers. */
  readonly because: string | null
  /** Links for a person, below the page's advice. */
  readonly links?: readonly { readonly label: LinkLabel; readonly href: string }[]
  /** `WWW-Authenticate`, `Allow`, `Retry-After` … */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Whether the rest of the connection cannot be trusted. */
  readonly close: boolean
}

export function refusalOf(code: ProxyErrorCode, more: Partial<Refusal> = {}): Refusal {
  return { ...proxyErrors[code], code, because: null, headers: [], close: false, ...more }
}

/** Returns a refusal for overload. `Retry-After` in seconds (RFC 9110 §10.2.3). */
export function overloaded(): Refusal {
  return refusalOf('overloaded', { headers: [['retry-after', '1']] })
}

/** Closes the connection, as the framing of what follows cannot be trusted. */
export function malformed({ status, code, message }: Malformed): Refusal {
  return refusedEarly(status, code, message, [], true)
}

/** The part of a request's context that says why its credential was refused. */
interface CredentialNotes {
  detail: string | null
  mismatch: Refused['mismatch'] | null
}

/** Notes why a credential is refused, and returns the refusal. */
export function refuseCredential(context: CredentialNotes, refused: Refused): Refusal {
  const { status, code, message, mismatch = null, wwwAuthenticate, nonce, retryAfter = 1 } = refused
  context.detail = message
  context.mismatch = mismatch
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
  const { title, advice } = refusedBefore[status] ?? { title: 'Refused', advice: 'Check the client that sends the request.' }
  return { status, code, title, detail: sentence(message), advice, because: null, headers, close }
}

/** Returns a message as a sentence: messages are lower case without a full stop. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
