import type { CallerFacts } from '../policy/index.ts'
import type { MethodName } from './identity-config.ts'
import type { Mismatch } from './mismatch.ts'

/** Who a request comes from. One object per credential and policy: what is derived from it may be kept under it. */
export type Authentication = Anonymous | Caller | Refused

/** The request carries no credential. */
export interface Anonymous {
  readonly kind: 'anonymous'
  readonly facts: CallerFacts
}

/** The request carries a credential that was verified, with claims that fit the identity's declaration. */
export interface Caller {
  readonly kind: 'caller'
  /** A name of the policy. */
  readonly identity: string
  /** By which it was recognized. */
  readonly method: MethodName
  /** `sub`; null where the method has none. */
  readonly subject: string | null
  readonly facts: CallerFacts
  /** All that the credential says, as `JSON.parse` made it. */
  readonly claims: Readonly<Record<string, unknown>>
  /** SHA-256 of the credential, base64url: its name in caches. */
  readonly credential: string
  /** How records name the credential, and revocations do; null: they do not. Nobody can make the credential of it. */
  readonly credentialId: string | null
  /** Seconds since 1970 at which it was issued, or began; it is not later than when it was first seen. */
  readonly issued: number
  /**
   * Seconds since 1970 at which what was begun with the credential ends: from then on it is refused (the permitted skew of clocks
   * included).
   */
  readonly expires: number
  /** Headers that held the credential, in lower case: it is not the service's. */
  readonly consumed: readonly string[]
  /**
   * True if a browser sends the credential by itself, whichever page makes the request: a cookie, a client certificate, Basic.
   */
  readonly ambient: boolean
}

/** The request carries a credential that does not count. It is refused on every route. */
export interface Refused {
  readonly kind: 'refused'
  /**
   * 503: the credential cannot be checked now, because who checks it does not answer. 429: it is wrong, as too many were that
   * came from there.
   */
  readonly status: 401 | 429 | 503
  /** Stable, kebab-case. */
  readonly code: string
  /** One sentence for the record. It holds nothing of the credential but names of claims. */
  readonly message: string
  /** The identity of a session whose claims do not fit the policy; left out: it is refused for another reason. */
  readonly mismatchedIdentity?: string
  /** The values that were compared, for the audit record and the log; the client never gets them. Left out: none were. */
  readonly mismatch?: Mismatch
  /** With a 401: the `WWW-Authenticate` header (RFC 6750, section 3; RFC 9449, section 7.1). */
  readonly wwwAuthenticate?: string
  /** With a 429: seconds until another one is looked at for what it is. */
  readonly retryAfter?: number
  /** The `DPoP-Nonce` header: what the next proof has to hold (RFC 9449, section 9). */
  readonly nonce?: string
}
