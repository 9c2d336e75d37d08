/** Messages by reason for refusing a request. Codes are stable; `docs/reference/assertion.md` explains each. */
export const refusals = {
  'assertion-missing': 'the request has no assertion, so it did not come through the proxy: send it to the proxy',
  'assertion-repeated': 'the request has several assertion headers: remove those that were added after the proxy',
  'assertion-malformed':
    'the assertion is not a JWT in compact form, or longer than 12 kB: pass the header on exactly as the proxy sent it',
  'assertion-header':
    'the assertion is not of the type `iap-assertion+jwt`, is not signed with ES256, or names no key: ' +
    'pass the header on exactly as the proxy sent it',
  'assertion-claims':
    'the assertion lacks a claim, has a claim of the wrong type, or is valid for more than five minutes: ' +
    'use versions of the proxy and this package that fit',
  'assertion-issuer': 'the issuer of the assertion is not the option `issuer`: set it to `assertion.issuer` of the proxy',
  'assertion-audience':
    'the assertion is for another service than the option `audience`: set it to the name of this service in the policy',
  'assertion-expired': 'the assertion has expired: check the clocks if this is frequent',
  'assertion-not-yet-valid': 'the assertion is not valid yet: check the clocks of the proxy and this machine',
  'assertion-key':
    'the key that signed the assertion is not in `jwks`, the keys of the proxy: ' +
    'set it to the keys of the proxy that sends the request',
  'assertion-signature': 'the signature of the assertion is wrong: pass the header on exactly as the proxy sent it',
  'keys-unavailable':
    'the keys of the proxy cannot be fetched from `jwks`: check the URL, and that this machine reaches the proxy',
} as const

/** Reasons for refusing a request. Codes are stable; `docs/reference/assertion.md` explains each. */
export type RefusalCode = keyof typeof refusals

/**
 * Thrown if a request must not be served, because its assertion is missing, invalid, or cannot be checked now.
 *
 * @example
 * ```ts
 * import { AssertionRefused } from 'iap-proxy/verify'
 *
 * const refused = new AssertionRefused('assertion-expired')
 * console.log(refused.status, refused.message) // 401 the assertion has expired: check the clocks if this is frequent
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
