import type { Refused } from './authentication.ts'
import { JWS_ALGORITHMS } from './jose/algorithms.ts'
import type { Mismatch } from './mismatch.ts'

/** Reasons for refusing a credential, as constant sentences that reveal nothing of it. Codes are stable: `docs/identities.md`. */
export const credentialRefusals = {
  'credential-repeated': 'a header with a credential came in several lines, or in a spelling that services read as its name',
  'credential-ambiguous': 'there are several credentials, and it is not clear whose request it is',
  'credential-malformed': 'the Authorization header is not a scheme, a space and a token',
  'unsupported-scheme': 'the scheme of the Authorization header is neither Bearer nor DPoP',
  'token-malformed': 'the token is not a JWS in compact form over a JSON object',
  'token-header':
    'the header of the token requires an unsupported feature (`crit`, `b64`, `zip`, `enc`) or has a `kid` that is not a string',
  'token-type': 'the `typ` of the token is not that of an access token',
  'token-algorithm': 'the configuration does not allow the `alg` of the token',
  'not-a-workload-token': 'the token is not of the kind that the platform of the configuration issues to its workloads',
  'not-an-access-token': 'the token is of another kind, or nothing in it says that it is an access token',
  'sender-constrained': 'the token is bound to its sender in an unsupported way (`cnf`)',
  'certificate-mismatch': 'the token is bound to a client certificate that the connection does not have',
  'proof-required': 'the token must be presented with a proof by the key that it is bound to (DPoP)',
  'token-unbound': 'the token is presented with a proof (DPoP), but is not bound to a key',
  'proof-missing': 'the token is presented without a proof of its key (DPoP)',
  'proof-repeated': 'there are several DPoP headers',
  'proof-malformed': 'the proof is not a JWS with `htm`, `htu`, `iat`, `jti` and `ath`',
  'proof-header': 'the header of the proof does not have the type, the algorithm or the public key that it must have',
  'proof-request': 'the proof is for another request (`htm`, `htu`)',
  'proof-token': 'the proof is for another token (`ath`)',
  'proof-key': 'the proof is not signed by the key that the token is bound to',
  'proof-stale': 'the proof was not made just now (`iat`)',
  'proof-nonce': 'the proof has no nonce of the proxy, or an expired one',
  'proof-replayed': 'the proof was shown before (`jti`)',
  'proof-memory-full': 'the cache of proofs is full',
  'introspection-busy': 'too many tokens wait for introspection',
  inactive: 'the issuer does not say that the token is active',
  method: 'the policy does not allow this method of authentication for the identity',
  issuer: 'no identity of the configuration has the `iss` of the token',
  audience: 'the `aud` of the token contains no audience of the configuration',
  'audience-others':
    'the `aud` of the token contains audiences that are not in the configuration, which the profile `workload` does not allow',
  'audience-ambiguous': 'the `aud` of the token contains audiences of several identities',
  'claim-missing': 'a claim that every access token has is missing or of another type',
  expired: 'the credential has expired',
  'not-yet-valid': 'the token is not valid yet',
  'issued-in-future': 'the token was issued in the future',
  'unknown-key': 'the issuer has no key that could have signed the token',
  signature: 'the signature of the token is not that of its issuer',
  'key-malformed': 'the API key is not of the form that keys have, or its checksum is wrong',
  'key-unknown': 'there is no such API key',
  'key-revoked': 'the API key was revoked',
  'plugin-refused': 'the plug-in of the identity refuses the credential',
  'identity-plugin-unavailable': 'the plug-in of the identity does not answer',
  'certificate-malformed': 'the client certificate is not valid X.509',
  'certificate-forwarded': 'a trusted proxy did not forward exactly one client certificate',
  'certificate-revoked': 'the client certificate, or one of its issuers, was revoked',
  'certificate-expired': 'the client certificate has expired since the connection was made',
  'certificate-not-yet-valid': 'the client certificate is not valid yet',
  'certificate-usage': 'the client certificate is an authority, or is not issued for clients and signatures',
  'certificate-authority': 'no authority of an identity issued the client certificate',
  'certificate-ambiguous': 'the client certificate is valid for the authorities of several identities',
  'spiffe-id': 'the client certificate has not exactly one URI, which is the SPIFFE ID of a workload',
  'trust-domain': 'no identity of the configuration has the trust domain of the client certificate',
  session: 'there is no such session, or it has ended',
  revoked: 'the credential was revoked, or all credentials of its caller were',
  'revocations-unavailable': 'revocations cannot be checked at the moment',
  'session-store-unavailable': 'the session store is unavailable at the moment',
  'identity-provider-unavailable': 'the keys of the issuer are unavailable at the moment',
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
  const message = 'there is no such API key, and too many wrong ones came from the address of the client'
  return { kind: 'refused', status: 429, code: 'too-many-wrong-keys', message, retryAfter }
}
