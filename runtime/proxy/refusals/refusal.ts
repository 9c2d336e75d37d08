import type { Refusal as Malformed } from '../../../request/index.ts'
import type { Refused } from '../../identity/index.ts'
import type { LinkLabel } from '../pages/page-texts.ts'
import { type ProxyErrorCode, proxyErrors, refusedBefore } from './proxy-errors.ts'

/** An error response in the form that `refuse` renders, for a program or a person. */
export interface Refusal {
  readonly status: number
  /** Error code, sent in the header `x-iap-error`. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly advice: string
  /** Text of the denying rule that explains the denial to the caller; `null` if there is none. */
  readonly because: string | null
  /** Links that the HTML page of the refusal shows below the advice. */
  readonly links?: readonly { readonly label: LinkLabel; readonly href: string }[]
  /** The person whose session the browser has, for the HTML page; absent if nobody is signed in. */
  readonly signedIn?: SignedInPerson
  /** Further response headers, such as `WWW-Authenticate`, `Allow` or `Retry-After`. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Whether the connection must be closed, because its further bytes cannot be trusted. */
  readonly close: boolean
}

/** The person of a session. Identity and subject are as the session has them; `name` is text for display, or `null`. */
export interface SignedInPerson {
  readonly identity: string
  readonly subject: string
  readonly name: string | null
}

export function refusalOf(code: ProxyErrorCode, more: Partial<Refusal> = {}): Refusal {
  return { ...proxyErrors[code], code, because: null, headers: [], close: false, ...more }
}

/** Returns the refusal for an overloaded proxy. Its `Retry-After` header is in seconds (RFC 9110 §10.2.3). */
export function overloaded(): Refusal {
  return refusalOf('overloaded', { headers: [['retry-after', '1']] })
}

/** Returns the refusal of a malformed request. The connection is closed, because its framing cannot be trusted. */
export function malformed({ status, code, message }: Malformed): Refusal {
  return refusedEarly(status, code, message, [], true)
}

/** The part of a request's context that says why its credential was refused. */
interface CredentialNotes {
  detail: string | null
  mismatch: Refused['mismatch'] | null
}

/** Returns the refusal of an invalid credential, and stores the reason in the request's context for the audit record. */
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

/** Turns an internal message into a sentence: begins it with a capital letter, and adds a full stop if it has none. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
