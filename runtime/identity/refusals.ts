import type { Refused } from './authentication.ts'
import { JWS_ALGORITHMS } from './jose/algorithms.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * Messages for refused credentials by code. Messages are constant and reveal nothing of the credential. Codes are stable
 * (`docs/identities.md`).
 */
export const credentialRefusals = {
  'credential-repeated': {
    message: 'a header with a credential occurs more than once, or its name has a spelling that services may read as that header',
    advice: 'Send each header with a credential once, in its registered spelling.',
  },
  'credential-ambiguous': {
    message: 'the request has several credentials, and the proxy cannot tell which one identifies the caller',
    advice: 'Send exactly one credential.',
  },
  'credential-malformed': {
    message: 'the Authorization header is not a scheme, one space and a token',
    advice: 'Send `Authorization: Bearer TOKEN` with one space.',
  },
  'unsupported-scheme': {
    message: 'the scheme of the Authorization header is neither Bearer nor DPoP',
    advice: 'Use the scheme `Bearer` or `DPoP`.',
  },
  'token-malformed': {
    message: 'the token is not a compact JWS whose payload is a JSON object',
    advice: 'Send the access token unchanged. An opaque token requires an identity with the method `oauth2`.',
  },
  'token-header': {
    message: 'the token header has an unsupported parameter (`crit`, `b64`, `zip`, `enc`) or a `kid` that is not a string',
    advice: 'Configure the issuer to sign tokens without these parameters.',
  },
  'token-type': {
    message: 'the `typ` of the token is not that of an access token',
    advice: 'Send an access token. If the issuer uses another `typ`, configure it for the identity.',
  },
  'token-algorithm': {
    message: 'the `alg` of the token is not in the configured algorithms',
    advice: 'Add the algorithm to `identities.N.algorithms` if it is safe, or change the signing key of the issuer.',
  },
  'not-a-workload-token': {
    message: 'the token is not a workload token of the configured platform',
    advice: 'Send the token that the platform issues to the workload, and compare the trust domain.',
  },
  'not-an-access-token': {
    message: 'the token is not an access token, or no claim identifies it as one',
    advice: 'Send an access token instead of an ID token, or configure the profile of the issuer.',
  },
  'sender-constrained': {
    message: 'the token is sender-constrained (`cnf`) by a method that the proxy cannot verify',
    advice: 'Request a bearer token, or a token that is bound by DPoP or a client certificate.',
  },
  'certificate-mismatch': {
    message: 'the token is bound to a client certificate, and the connection does not have that certificate',
    advice: 'Send the request on a connection with the client certificate that the token is bound to.',
  },
  'proof-required': {
    message: 'the token must be sent with a DPoP proof of the key that it is bound to',
    advice: 'Send the token as `Authorization: DPoP TOKEN` with a `DPoP` header.',
  },
  'token-unbound': {
    message: 'the request has a DPoP proof, but the token is not bound to a key',
    advice: 'Send the token as `Authorization: Bearer TOKEN`, or request a DPoP-bound token.',
  },
  'proof-missing': {
    message: 'the token is bound to a key, and the request has no DPoP proof',
    advice: 'Add a `DPoP` header to the request (RFC 9449).',
  },
  'proof-repeated': {
    message: 'the request has more than one DPoP header',
    advice: 'Send exactly one `DPoP` header.',
  },
  'proof-malformed': {
    message: 'the DPoP proof is not a JWS with `htm`, `htu`, `iat`, `jti` and `ath`',
    advice: 'Create the proof as RFC 9449, section 4.2 describes.',
  },
  'proof-header': {
    message: 'the `typ`, the `alg` or the public key in the header of the DPoP proof is not valid',
    advice: 'Set `typ` to `dpop+jwt`, use an allowed algorithm, and put the public key in `jwk`.',
  },
  'proof-request': {
    message: 'the DPoP proof was created for another request (`htm`, `htu`)',
    advice: 'Create a proof for each request, with its method and its URL without query.',
  },
  'proof-token': {
    message: 'the DPoP proof was created for another token (`ath`)',
    advice: 'Create the proof with the hash of the token that the request carries.',
  },
  'proof-key': {
    message: 'the DPoP proof is not signed by the key that the token is bound to',
    advice: 'Sign the proof with the key of the thumbprint in `cnf.jkt` of the token.',
  },
  'proof-stale': {
    message: 'the `iat` of the DPoP proof is too old or in the future',
    advice: 'Create a new proof for each request, and synchronize the clock of the client.',
  },
  'proof-nonce': {
    message: 'the DPoP proof has no nonce of the proxy, or an expired one',
    advice: 'Repeat the request with the nonce from the `DPoP-Nonce` header of the response.',
  },
  'proof-replayed': {
    message: 'the DPoP proof was already used (`jti`)',
    advice: 'Create a new proof with a new `jti` for each request.',
  },
  'proof-memory-full': {
    message: 'the replay cache of DPoP proofs is full',
    advice: 'Send the request again later. If the problem persists, add workers or instances.',
  },
  'introspection-busy': {
    message: 'too many tokens are waiting for an introspection response of the issuer',
    advice: 'Send the request again after the time in `Retry-After`, and check the response time of the issuer.',
  },
  inactive: {
    message: 'the introspection response of the issuer does not say that the token is active',
    advice: 'Request a new token.',
  },
  claims: {
    message: 'the claims of the credential do not match the declaration of the access policy',
    advice: 'Compare `detail` in the audit record with the declaration of the identity, and change the issuer or the policy.',
  },
  method: {
    message: 'the policy does not accept this authentication method for the identity',
    advice: 'Use a method that the policy accepts, or add the method to `via` of the identity.',
  },
  issuer: {
    message: 'no configured identity has the `iss` of the token',
    advice: 'Compare `iss` with `identities.N.issuer`. They must be equal, including a trailing slash.',
  },
  audience: {
    message: 'the `aud` of the token contains no configured audience',
    advice: 'Request a token for the audience in `identities.N.audience`, or add the audience to the configuration.',
  },
  'audience-others': {
    message: 'the `aud` of the token contains audiences that are not configured, which the profile `workload` does not allow',
    advice: 'Request a token for the configured audiences only.',
  },
  'audience-ambiguous': {
    message: 'the `aud` of the token contains audiences of several identities',
    advice: 'Request a token for the audience of one identity.',
  },
  'claim-missing': {
    message: 'a required claim of access tokens is missing or has the wrong type',
    advice: 'Configure the issuer to add the claim that `mismatch` in the audit record names.',
  },
  expired: {
    message: 'the credential has expired',
    advice: 'Request a new token, or renew the key.',
  },
  'not-yet-valid': {
    message: 'the token is not valid yet (`nbf`)',
    advice: 'Synchronize the clocks of the issuer and the proxy.',
  },
  'issued-in-future': {
    message: 'the `iat` of the token is in the future',
    advice: 'Synchronize the clocks of the issuer and the proxy.',
  },
  'unknown-key': {
    message: 'the issuer has no key with the `kid` and `alg` of the token',
    advice: 'Check that the issuer publishes the key (`kid`, `alg`) in its JWKS.',
  },
  signature: {
    message: 'the signature of the token is not valid',
    advice: 'Request a new token. If the problem persists, check that the JWKS belongs to the issuer.',
  },
  'key-malformed': {
    message: 'the API key has the wrong format or a wrong checksum',
    advice: 'Send the API key exactly as `iap key create` printed it.',
  },
  'key-unknown': {
    message: 'the API key does not exist',
    advice: 'Create a new API key, or check that the proxy has the current key file.',
  },
  'key-revoked': {
    message: 'the API key was revoked',
    advice: 'Create a new API key.',
  },
  'plugin-refused': {
    message: 'the plug-in of the identity rejects the credential',
    advice: 'Check the credential, and read the log of the plug-in.',
  },
  'identity-plugin-unavailable': {
    message: 'the plug-in of the identity does not respond',
    advice: 'Read the reason in the log of the proxy, and check the plug-in.',
  },
  'certificate-malformed': {
    message: 'the client certificate is not a valid X.509 certificate',
    advice: 'Issue a new client certificate.',
  },
  'certificate-forwarded': {
    message: 'the header of a trusted proxy does not contain exactly one client certificate',
    advice: 'Configure the trusted proxy to send one certificate in the documented format.',
  },
  'certificate-revoked': {
    message: 'the client certificate, or an authority in its chain, was revoked',
    advice: 'Issue a new client certificate.',
  },
  'certificate-expired': {
    message: 'the client certificate has expired since the connection was made',
    advice: 'Renew the client certificate and open a new connection.',
  },
  'certificate-not-yet-valid': {
    message: 'the client certificate is not valid yet',
    advice: 'Synchronize the clocks of the authority and the proxy.',
  },
  'certificate-usage': {
    message: 'the client certificate is a CA certificate, or its key usage does not allow client authentication',
    advice: 'Issue a client certificate with `digitalSignature` and `clientAuth` that is not a CA certificate.',
  },
  'certificate-authority': {
    message: 'no configured authority of an identity issued the client certificate',
    advice: 'Add the issuing authority to `ca` of the identity, or issue a certificate by a configured authority.',
  },
  'certificate-ambiguous': {
    message: 'authorities of several identities issued the client certificate',
    advice: 'Give each identity its own authorities, or add `trustDomain` to the identities.',
  },
  'spiffe-id': {
    message: 'the client certificate does not contain exactly one URI that is the SPIFFE ID of a workload',
    advice: 'Issue an X.509-SVID with exactly one URI SAN.',
  },
  'trust-domain': {
    message: 'no configured identity has the trust domain of the client certificate',
    advice: 'Add an identity with this `trustDomain` to the configuration.',
  },
  session: {
    message: 'the session does not exist or has ended',
    advice: 'Sign in again.',
  },
  revoked: {
    message: 'the credential, or every credential of its caller, was revoked',
    advice: 'Sign in again, or request a new credential.',
  },
  'revocations-unavailable': {
    message: 'the revocation store does not respond',
    advice: 'Check the Redis that stores revocations.',
  },
  'session-store-unavailable': {
    message: 'the session store does not respond',
    advice: 'Check the Redis that stores sessions.',
  },
  'identity-provider-unavailable': {
    message: 'the keys of the issuer are unavailable, or the issuer does not respond',
    advice: 'Check that the proxy can reach the issuer. The log names the error.',
  },
} as const satisfies Record<string, CredentialRefusal>

interface CredentialRefusal {
  readonly message: string
  /** Advice for the operator or the developer of the client. */
  readonly advice: string
}

export type CredentialRefusalCode = keyof typeof credentialRefusals

/** Value of the `WWW-Authenticate` header if a request has no token. It names no error (RFC 6750, section 3). */
export const CHALLENGE = 'Bearer realm="iap"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`

/** Parameter of the DPoP challenge (RFC 9449, section 7.1). */
const ALGORITHMS = `algs="${JWS_ALGORITHMS.join(' ')}"`
const challengeWith = (error: string) => `DPoP realm="iap", error="${error}", ${ALGORITHMS}`

/** Challenge for a sender-constrained token that is sent as a bearer token (RFC 9449, section 7.2). */
const PROOF_WANTED = `${INVALID_TOKEN}, DPoP realm="iap", ${ALGORITHMS}`

/** Returns the HTTP status of a refusal: 503 if the proxy cannot check the credential now, otherwise 401. */
export function credentialStatus(code: CredentialRefusalCode): 401 | 503 {
  return code.endsWith('-unavailable') || code === 'introspection-busy' || code === 'proof-memory-full' ? 503 : 401
}

/**
 * Returns the refusal of a credential. `mismatch` holds the compared values for the audit record and the log; the client
 * receives only the code and its message.
 */
export function refuseCredential(code: CredentialRefusalCode, mismatch?: Mismatch): Refused {
  const { message } = credentialRefusals[code]
  if (code === 'introspection-busy') return { kind: 'refused', status: 503, code, message, retryAfter: 1 }
  if (credentialStatus(code) === 503) return { kind: 'refused', status: 503, code, message }
  const wwwAuthenticate = !isOfToken(code) ? CHALLENGE : code === 'proof-required' ? PROOF_WANTED : INVALID_TOKEN
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate, ...(mismatch && { mismatch }) }
}

/** Returns the refusal of a DPoP proof. `nonce` is the nonce that the client must put into its next proof, if it must use one. */
export function refuseProof(code: CredentialRefusalCode, mismatch?: Mismatch, nonce?: string): Refused {
  const { message } = credentialRefusals[code]
  if (credentialStatus(code) === 503) return { kind: 'refused', status: 503, code, message }
  const more = mismatch && { mismatch }
  if (nonce !== undefined)
    return { kind: 'refused', status: 401, code, message, wwwAuthenticate: challengeWith('use_dpop_nonce'), nonce, ...more }
  const error = code === 'token-unbound' ? 'invalid_token' : 'invalid_dpop_proof'
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate: challengeWith(error), ...more }
}

/**
 * Returns a refusal with a `WWW-Authenticate` challenge of the DPoP scheme, for a client that sent its token with this scheme.
 */
export function underDpop(refused: Refused): Refused {
  if (refused.wwwAuthenticate === undefined || refused.wwwAuthenticate.startsWith('DPoP ')) return refused
  return { ...refused, wwwAuthenticate: challengeWith('invalid_token') }
}

function isOfToken(code: CredentialRefusalCode): boolean {
  return (
    code !== 'unsupported-scheme' && code !== 'session' && !/^(?:certificate-(?!mismatch)|spiffe-id$|trust-domain$)/.test(code)
  )
}

/**
 * Returns the refusal of a valid credential whose claims do not match the identity's declaration in the policy. For a session,
 * `mismatchedIdentity` is the name of its identity.
 */
export function refuseClaims(message: string, mismatchedIdentity?: string): Refused {
  const refused: Refused = { kind: 'refused', status: 401, code: 'claims', message, wwwAuthenticate: INVALID_TOKEN }
  return mismatchedIdentity === undefined ? refused : { ...refused, mismatchedIdentity }
}

/** Returns the refusal of a client address with too many wrong API keys (`docs/errors/too-many-wrong-keys.md`). */
export function refuseWrongKeys(retryAfter: number): Refused {
  const message = 'the API key does not exist, and the address of the client has sent too many wrong API keys'
  return { kind: 'refused', status: 429, code: 'too-many-wrong-keys', message, retryAfter }
}
