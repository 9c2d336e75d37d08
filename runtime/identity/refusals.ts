import type { Refused } from './authentication.ts'

/**
 * Every reason why a credential does not count, and the sentence for the record. The sentences are constant: nothing of a
 * credential reaches a log through them. Codes are stable; `docs/identities.md` explains each.
 */
export const refusals = {
  'credential-repeated': 'there are several Authorization headers',
  'credential-malformed': 'the Authorization header is not a scheme, a space and a token',
  'unsupported-scheme': 'the scheme of the Authorization header is not Bearer',
  'token-malformed': 'the token is not a JWS in compact form over a JSON object',
  'token-header':
    'the header of the token asks for something that is not supported (`crit`, `b64`, `zip`, `enc`) or has a `kid` that is no text',
  'token-type': 'the `typ` of the token is not that of an access token',
  'token-algorithm': 'the `alg` of the token is not among those of the configuration',
  'not-an-access-token': 'the token is of another kind, or nothing in it says that it is an access token',
  'sender-constrained': 'the token is bound to its sender (`cnf`), and no proof of that can be checked',
  method: 'the policy does not let callers of the identity show who they are by this method',
  issuer: 'no identity of the configuration has the `iss` of the token',
  audience: 'the `aud` of the token holds no audience of the configuration',
  'audience-ambiguous': 'the `aud` of the token holds audiences of several identities',
  'claim-missing': 'a claim that every access token has is missing or of another type',
  expired: 'the token has expired',
  'not-yet-valid': 'the token is not valid yet',
  'issued-in-future': 'the token was issued in the future',
  'unknown-key': 'the issuer has no key that could have signed the token',
  signature: 'the signature of the token is not that of its issuer',
  'certificate-malformed': 'the client certificate cannot be read as X.509 has it',
  'certificate-forwarded': 'what a trusted proxy hands on is not exactly one client certificate',
  'certificate-revoked': 'the client certificate, or one that vouches for it, was revoked',
  'certificate-expired': 'the client certificate has expired since the connection was made',
  'certificate-not-yet-valid': 'the client certificate is not valid yet',
  'certificate-usage': 'the client certificate is an authority, or does not say that it is for clients and signatures',
  'certificate-authority': 'no authority of an identity vouches for the client certificate',
  'certificate-ambiguous': 'authorities of several identities vouch for the client certificate',
  'spiffe-id': 'the client certificate has not exactly one URI, which is the SPIFFE ID of a workload',
  'trust-domain': 'no identity of the configuration has the trust domain of the client certificate',
  'identity-provider-unavailable': 'the keys of the issuer cannot be had at the moment',
} as const

export type RefusalCode = keyof typeof refusals

/** RFC 6750, section 3: where there was no token to speak of, no error is named. */
export const CHALLENGE = 'Bearer realm="iap"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`

export function refuse(code: RefusalCode): Refused {
  const message = refusals[code]
  if (code === 'identity-provider-unavailable') return { kind: 'refused', status: 503, code, message }
  const wwwAuthenticate = isOfToken(code) ? INVALID_TOKEN : CHALLENGE
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate }
}

function isOfToken(code: RefusalCode): boolean {
  return code !== 'unsupported-scheme' && !/^(?:certificate-|spiffe-id$|trust-domain$)/.test(code)
}

/** A verified credential with claims that the policy's declaration does not allow. */
export function refuseClaims(message: string): Refused {
  return { kind: 'refused', status: 401, code: 'claims', message, wwwAuthenticate: INVALID_TOKEN }
}
