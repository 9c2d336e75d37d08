import type { CallerFacts } from '../policy/index.ts'
import type { MethodName } from './identity-config.ts'
import type { Mismatch } from './mismatch.ts'

/** Who a request comes from. One object per credential and policy, so derived values may be cached under it. */
export type Authentication = Anonymous | Caller | Refused

export interface Anonymous {
  readonly kind: 'anonymous'
  readonly facts: CallerFacts
}

/** The request carries a verified credential whose claims match the identity's declaration. */
export interface Caller {
  readonly kind: 'caller'
  readonly identity: string
  /** The method that verified the credential. */
  readonly method: MethodName
  /** `sub`; `null` if the method has none. */
  readonly subject: string | null
  readonly facts: CallerFacts
  /** All claims of the credential, as `JSON.parse` made them. */
  readonly claims: Readonly<Record<string, unknown>>
  /** SHA-256 of the credential, base64url: its key in caches. */
  readonly credential: string
  /** The credential's ID in records and revocations; `null`: it has none. The credential cannot be derived from it. */
  readonly credentialId: string | null
  /** Seconds since 1970 when the credential was issued or began; never later than when it was first seen. */
  readonly issued: number
  /** Seconds since 1970, clock skew included, from which requests that began with the credential are refused. */
  readonly expires: number
  /** Lower-case headers that held the credential. They are not forwarded. */
  readonly consumed: readonly string[]
  /** Whether a browser sends the credential on its own, whichever page makes the request (cookie, client certificate, Basic). */
  readonly ambient: boolean
}

/** The request carries an invalid credential. It is refused on every route. */
export interface Refused {
  readonly kind: 'refused'
  /** 503: the issuer that checks the credential does not respond. 429: too many wrong credentials came from this address. */
  readonly status: 401 | 429 | 503
  /** Stable, kebab-case. */
  readonly code: string
  /** One sentence for the record. Of the credential it holds only names of claims. */
  readonly message: string
  /** The identity of a session whose claims do not match the policy; absent if it is refused for another reason. */
  readonly mismatchedIdentity?: string
  /** The compared values, for the audit record and the log; never sent to the client. */
  readonly mismatch?: Mismatch
  /** With a 401 (RFC 6750, section 3; RFC 9449, section 7.1). */
  readonly wwwAuthenticate?: string
  /** With a 429: seconds until the next attempt is accepted. */
  readonly retryAfter?: number
  /** The `DPoP-Nonce` header: the nonce for the next proof (RFC 9449, section 9). */
  readonly nonce?: string
}
