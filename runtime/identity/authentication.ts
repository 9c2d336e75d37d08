import type { CallerFacts } from '../policy/index.ts'
import type { MethodName } from './identity-config.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * The result of authenticating a request: a caller, an anonymous request or a refusal. There is one object for each credential
 * and policy, so values derived from it may be cached under it.
 */
export type Authentication = Anonymous | Caller | Refused

export interface Anonymous {
  readonly kind: 'anonymous'
  readonly facts: CallerFacts
}

/**
 * The authenticated caller of a request, whose credential is valid and whose claims match the identity's declaration in the
 * policy.
 */
export interface Caller {
  readonly kind: 'caller'
  readonly identity: string
  /** Name of the authentication method that verified the credential, such as `jwt`. */
  readonly method: MethodName
  /** Subject of the caller (the `sub` claim), or `null` if the method has none. */
  readonly subject: string | null
  readonly facts: CallerFacts
  /** All claims of the credential, as parsed by `JSON.parse`. */
  readonly claims: Readonly<Record<string, unknown>>
  /** SHA-256 digest of the credential in base64url, which is its key in caches. */
  readonly credential: string
  /**
   * ID of the credential in records and revocations, or `null` if it has none. The credential cannot be derived from the ID.
   */
  readonly credentialId: string | null
  /**
   * Time at which the credential was issued or became valid, in seconds since 1970; never later than the first request with it.
   */
  readonly issued: number
  /** Time from which requests with the credential are refused, in seconds since 1970. The clock skew is included. */
  readonly expires: number
  /** Lower-case names of the headers that held the credential. The proxy does not forward them. */
  readonly consumed: readonly string[]
  /**
   * Whether browsers send the credential automatically, whichever page makes the request (cookie, client certificate, Basic).
   */
  readonly ambient: boolean
}

/** A request with an invalid credential, which is refused on every route. */
export interface Refused {
  readonly kind: 'refused'
  /**
   * HTTP status: 429 after too many wrong credentials from one address, 503 if the issuer that checks the credential does not
   * respond, otherwise 401.
   */
  readonly status: 401 | 429 | 503
  /** Stable error code in kebab-case. */
  readonly code: string
  /** Sentence for the audit record. It names claims but holds nothing else of the credential. */
  readonly message: string
  /** Name of the identity of a session whose claims do not match the policy; absent if the refusal has another reason. */
  readonly mismatchedIdentity?: string
  /** Expected and actual values of the claims, for the audit record and the log; never sent to the client. */
  readonly mismatch?: Mismatch
  /** Value of the `WWW-Authenticate` header of a 401 response (RFC 6750, section 3; RFC 9449, section 7.1). */
  readonly wwwAuthenticate?: string
  /**
   * Seconds after which the client may try again. Set for the status 429, and for 503 if too many tokens are being introspected.
   */
  readonly retryAfter?: number
  /** Nonce for the client's next proof, sent in the `DPoP-Nonce` header (RFC 9449, section 9). */
  readonly nonce?: string
}
