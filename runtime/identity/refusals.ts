import type { Refused } from './authentication.ts'
import { JWS_ALGORITHMS } from './jose/algorithms.ts'
import type { Mismatch } from './mismatch.ts'

/** Reasons for refusing a credential, as constant messages that reveal nothing of it. Codes are stable: `docs/identities.md`. */
export const credentialRefusals = {
  'credential-repeated':
    'a header with a credential occurs more than once, or its name has a spelling that services may read as that header',
  'credential-ambiguous': 'the request has several credentials, and the proxy cannot tell which one identifies the caller',
  'credential-malformed': 'the Authorization header is not a scheme, one space and a token',
  'unsupported-scheme': 'the scheme of the Authorization header is neither Bearer nor DPoP',
  'token-malformed': 'the token is not a compact JWS whose payload is a JSON object',
  'token-header': 'the token header has an unsupported parameter (`crit`, `b64`, `zip`, `enc`) or a `kid` that is not a string',
  'token-type': 'the `typ` of the token is not that of an access token',
  'token-algorithm': 'the `alg` of the token is not in the configured algorithms',
  'not-a-workload-token': 'the token is not a workload token of the configured platform',
  'not-an-access-token': 'the token is not an access token, or no claim identifies it as one',
  'sender-constrained': 'the token is sender-constrained (`cnf`) by a method that the proxy cannot verify',
  'certificate-mismatch': 'the token is bound to a client certificate, and the connection does not have that certificate',
  'proof-required': 'the token must be sent with a DPoP proof of the key that it is bound to',
  'token-unbound': 'the request has a DPoP proof, but the token is not bound to a key',
  'proof-missing': 'the token is bound to a key, and the request has no DPoP proof',
  'proof-repeated': 'the request has more than one DPoP header',
  'proof-malformed': 'the DPoP proof is not a JWS with `htm`, `htu`, `iat`, `jti` and `ath`',
  'proof-header': 'the `typ`, the `alg` or the public key in the header of the DPoP proof is not valid',
  'proof-request': 'the DPoP proof was created for another request (`htm`, `htu`)',
  'proof-token': 'the DPoP proof was created for another token (`ath`)',
  'proof-key': 'the DPoP proof is not signed by the key that the token is bound to',
  'proof-stale': 'the `iat` of the DPoP proof is too old or in the future',
  'proof-nonce': 'the DPoP proof has no nonce of the proxy, or an expired one',
  'proof-replayed': 'the DPoP proof was already used (`jti`)',
  'proof-memory-full': 'the replay cache of DPoP proofs is full',
  'introspection-busy': 'too many tokens are waiting for an introspection response of the issuer',
  inactive: 'the introspection response of the issuer does not say that the token is active',
  method: 'the policy does not accept this authentication method for the identity',
  issuer: 'no configured identity has the `iss` of the token',
  audience: 'the `aud` of the token contains no configured audience',
  'audience-others':
    'the `aud` of the token contains audiences that are not configured, which the profile `workload` does not allow',
  'audience-ambiguous': 'the `aud` of the token contains audiences of several identities',
  'claim-missing': 'a required claim of access tokens is missing or has the wrong type',
  expired: 'the credential has expired',
  'not-yet-valid': 'the token is not valid yet (`nbf`)',
  'issued-in-future': 'the `iat` of the token is in the future',
  'unknown-key': 'the issuer has no key that matches the token header',
  signature: 'the signature of the token is not valid',
  'key-malformed': 'the API key has the wrong format or a wrong checksum',
  'key-unknown': 'the API key does not exist',
  'key-revoked': 'the API key was revoked',
  'plugin-refused': 'the plug-in of the identity rejects the credential',
  'identity-plugin-unavailable': 'the plug-in of the identity does not respond',
  'certificate-malformed': 'the client certificate is not a valid X.509 certificate',
  'certificate-forwarded': 'the header of a trusted proxy does not contain exactly one client certificate',
  'certificate-revoked': 'the client certificate, or an authority in its chain, was revoked',
  'certificate-expired': 'the client certificate has expired since the connection was made',
  'certificate-not-yet-valid': 'the client certificate is not valid yet',
  'certificate-usage': 'the client certificate is a CA certificate, or its key usage does not allow client authentication',
  'certificate-authority': 'no configured authority of an identity issued the client certificate',
  'certificate-ambiguous': 'authorities of several identities issued the client certificate',
  'spiffe-id': 'the client certificate does not contain exactly one URI that is the SPIFFE ID of a workload',
  'trust-domain': 'no configured identity has the trust domain of the client certificate',
  session: 'the session does not exist or has ended',
  revoked: 'the credential, or every credential of its caller, was revoked',
  'revocations-unavailable': 'the revocation store does not respond',
  'session-store-unavailable': 'the session store does not respond',
  'identity-provider-unavailable': 'the keys of the issuer are unavailable, or the issuer does not respond',
} as const

export type CredentialRefusalCode = keyof typeof credentialRefusals

/** RFC 6750, section 3: without a token, no error is named. */
export const CHALLENGE = 'Bearer realm="iap"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`

/** RFC 9449, section 7.1. */
const ALGORITHMS = `algs="${JWS_ALGORITHMS.join(' ')}"`
const challengeWith = (error: string) => `DPoP realm="iap", error="${error}", ${ALGORITHMS}`

/** Challenge for a sender-bound token that is sent as a bearer token (section 7.2). */
const PROOF_WANTED = `${INVALID_TOKEN}, DPoP realm="iap", ${ALGORITHMS}`

/** `mismatch`: the compared values, for the audit record and the log. The client receives the code and its sentence. */
export function refuseCredential(code: CredentialRefusalCode, mismatch?: Mismatch): Refused {
  const message = credentialRefusals[code]
  if (code === 'introspection-busy') return { kind: 'refused', status: 503, code, message, retryAfter: 1 }
  if (code.endsWith('-unavailable')) return { kind: 'refused', status: 503, code, message }
  const wwwAuthenticate = !isOfToken(code) ? CHALLENGE : code === 'proof-required' ? PROOF_WANTED : INVALID_TOKEN
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate, ...(mismatch && { mismatch }) }
}

/** Refuses a proof. `nonce`: what the next one has to hold. */
export function refuseProof(code: CredentialRefusalCode, mismatch?: Mismatch, nonce?: string): Refused {
  const message = credentialRefusals[code]
  if (code === 'proof-memory-full') return { kind: 'refused', status: 503, code, message }
  const more = mismatch && { mismatch }
  if (nonce !== undefined)
    return { kind: 'refused', status: 401, code, message, wwwAuthenticate: challengeWith('use_dpop_nonce'), nonce, ...more }
  const error = code === 'token-unbound' ? 'invalid_token' : 'invalid_dpop_proof'
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate: challengeWith(error), ...more }
}

/** Turns a refusal into a challenge of the DPoP scheme, which the client used. */
export function underDpop(refused: Refused): Refused {
  if (refused.wwwAuthenticate === undefined || refused.wwwAuthenticate.startsWith('DPoP ')) return refused
  return { ...refused, wwwAuthenticate: challengeWith('invalid_token') }
}

function isOfToken(code: CredentialRefusalCode): boolean {
  return (
    code !== 'unsupported-scheme' && code !== 'session' && !/^(?:certificate-(?!mismatch)|spiffe-id$|trust-domain$)/.test(code)
  )
}

/** Refuses a verified credential whose claims do not match the policy. `mismatchedIdentity`: set for a session. */
export function refuseClaims(message: string, mismatchedIdentity?: string): Refused {
  const refused: Refused = { kind: 'refused', status: 401, code: 'claims', message, wwwAuthenticate: INVALID_TOKEN }
  return mismatchedIdentity === undefined ? refused : { ...refused, mismatchedIdentity }
}

/** Refuses a client address with too many wrong API keys. Documented in `docs/errors/too-many-wrong-keys.md`. */
export function refuseWrongKeys(retryAfter: number): Refused {
  const message = 'the API key does not exist, and the address of the client has sent too many wrong API keys'
  return { kind: 'refused', status: 429, code: 'too-many-wrong-keys', message, retryAfter }
}
