/** Messages by reason for refusing a request. Codes are stable; `docs/assertion.md` explains each. */
export const refusals = {
  'assertion-missing': 'the request has no assertion: it did not come through the proxy',
  'assertion-repeated': 'the request has several assertions',
  'assertion-malformed': 'the assertion is not a JWT in compact form, or longer than 12 kB',
  'assertion-header': 'the assertion is not of the type `iap-assertion+jwt`, is not signed with ES256, or names no key',
  'assertion-claims': 'the assertion lacks a claim, has a claim of the wrong type, or is valid for more than five minutes',
  'assertion-issuer': 'the assertion has another issuer than `issuer`',
  'assertion-audience': 'the assertion is for another service',
  'assertion-expired': 'the assertion has expired',
  'assertion-not-yet-valid': 'the assertion is not valid yet',
  'assertion-key': 'the key that signed the assertion is not among the published keys of the proxy',
  'assertion-signature': 'the signature of the assertion is wrong',
  'keys-unavailable': 'the keys of the proxy cannot be fetched',
} as const

/** Reasons for refusing a request. Codes are stable; `docs/assertion.md` explains each. */
export type RefusalCode = keyof typeof refusals

/**
 * Thrown if a request must not be served, because its assertion is missing, invalid, or cannot be checked now.
 *
 * @example
 * ```ts
 * import { AssertionRefused } from 'iap-proxy/verify'
 *
 * const refused = new AssertionRefused('assertion-expired')
 * console.log(refused.status, refused.message) // 401 the assertion has expired
 * ```
 */
export class AssertionRefused extends Error {
  /** Reason for the refusal, stable across versions. */
  readonly code: RefusalCode
  /** HTTP status of the answer: 401; 503 if the assertion cannot be checked now. */
  readonly status: 401 | 503

  /**
   * Creates the error with the message of its code.
   *
   * @param code reason for the refusal
   * @param cause detail for the service's log, never for the client
   */
  constructor(code: RefusalCode, cause?: string) {
    super(refusals[code], cause === undefined ? undefined : { cause })
    this.name = 'AssertionRefused'
    this.code = code
    this.status = code === 'keys-unavailable' ? 503 : 401
  }
}
