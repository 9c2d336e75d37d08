import type { Refused } from './authentication.ts'
import { JWS_ALGORITHMS } from './jose/algorithms.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * Messages for refused credentials by code. Messages are constant and reveal nothing of the credential. Codes are stable
 * (`docs/reference/identities/README.md`).
 */
export const credentialRefusals = {
  'credential-repeated': {
    message:
      'a header with a credential occurs more than once, or its name has a spelling that services may read as that header: ' +
      'send it once, in its registered spelling',
    advice: 'Send each header with a credential once, in its registered spelling.',
  },
  'credential-ambiguous': {
    message: 'the request has several credentials, and the proxy cannot tell which one identifies the caller: send exactly one',
    advice: 'Send exactly one credential.',
  },
  'credential-malformed': {
    message: 'the Authorization header is not a scheme, one space and a token: send `Authorization: Bearer TOKEN`',
    advice: 'Send `Authorization: Bearer TOKEN` with one space.',
  },
  'unsupported-scheme': {
    message: 'the scheme of the Authorization header is neither Bearer nor DPoP: send `Authorization: Bearer TOKEN`',
    advice: 'Use the scheme `Bearer` or `DPoP`.',
  },
  'token-malformed': {
    message:
      'the token is not a compact JWS whose payload is a JSON object: send the access token exactly as the issuer returned it',
    advice: 'Send the access token unchanged. An opaque token requires an identity with the method `oauth2`.',
  },
  'token-header': {
    message:
      'the token header has an unsupported parameter (`crit`, `b64`, `zip`, `enc`) or a `kid` that is not a string: ' +
      'configure the issuer to sign tokens without it',
    advice: 'Configure the issuer to sign tokens without these parameters.',
  },
  'token-type': {
    message:
      'the `typ` of the token is not that of an access token: send an access token, or configure the `typ` that the issuer uses',
    advice: 'Send an access token. If the issuer uses another `typ`, configure it for the identity.',
  },
  'token-algorithm': {
    message:
      'the `alg` of the token is not in the configured algorithms: ' +
      'add it to `algorithms` of the identity, or change the signing key of the issuer',
    advice: 'Add the algorithm to `identities.N.algorithms` if it is safe, or change the signing key of the issuer.',
  },
  'not-a-workload-token': {
    message:
      'the token is not a workload token of the configured platform: send the token that the platform issues to the workload',
    advice: 'Send the token that the platform issues to the workload, and compare the trust domain.',
  },
  'not-an-access-token': {
    message:
      'the token is not an access token, or no claim identifies it as one: ' +
      'send an access token, not an ID token, or configure the `profile` of the issuer',
    advice: 'Send an access token instead of an ID token, or configure the profile of the issuer.',
  },
  'sender-constrained': {
    message:
      'the token is sender-constrained (`cnf`) by a method that the proxy cannot verify: ' +
      'request a bearer token, or one that is bound by DPoP or a client certificate',
    advice: 'Request a bearer token, or a token that is bound by DPoP or a client certificate.',
  },
  'certificate-mismatch': {
    message:
      'the token is bound to a client certificate, and the connection does not have that certificate: ' +
      'connect with that certificate',
    advice: 'Send the request on a connection with the client certificate that the token is bound to.',
  },
  'proof-required': {
    message: 'the token must be sent with a DPoP proof of the key that it is bound to: use the scheme `DPoP` and a `DPoP` header',
    advice: 'Send the token as `Authorization: DPoP TOKEN` with a `DPoP` header.',
  },
  'token-unbound': {
    message:
      'the request has a DPoP proof, but the token is not bound to a key: ' +
      'send it as `Bearer` without a proof, or request a DPoP-bound token',
    advice: 'Send the token as `Authorization: Bearer TOKEN`, or request a DPoP-bound token.',
  },
  'proof-missing': {
    message: 'the token is bound to a key, and the request has no DPoP proof: add a `DPoP` header (RFC 9449)',
    advice: 'Add a `DPoP` header to the request (RFC 9449).',
  },
  'proof-repeated': {
    message: 'the request has more than one DPoP header: send exactly one',
    advice: 'Send exactly one `DPoP` header.',
  },
  'proof-malformed': {
    message:
      'the DPoP proof is not a JWS with `htm`, `htu`, `iat`, `jti` and `ath`: create it as RFC 9449, section 4.2 describes',
    advice: 'Create the proof as RFC 9449, section 4.2 describes.',
  },
  'proof-header': {
    message:
      'the `typ`, the `alg` or the public key in the header of the DPoP proof is not valid: ' +
      'use `dpop+jwt`, an algorithm in `algs` of the challenge, and a public `jwk`',
    advice: 'Set `typ` to `dpop+jwt`, use an allowed algorithm, and put the public key in `jwk`.',
  },
  'proof-request': {
    message:
      'the DPoP proof was created for another request (`htm`, `htu`): ' +
      'create a proof for each request, with its method and its URL without query',
    advice: 'Create a proof for each request, with its method and its URL without query.',
  },
  'proof-token': {
    message: 'the DPoP proof was created for another token (`ath`): create the proof with the hash of the token in the request',
    advice: 'Create the proof with the hash of the token that the request carries.',
  },
  'proof-key': {
    message:
      'the DPoP proof is not signed by the key that the token is bound to: ' +
      'sign it with the key whose thumbprint is `cnf.jkt` of the token',
    advice: 'Sign the proof with the key of the thumbprint in `cnf.jkt` of the token.',
  },
  'proof-stale': {
    message:
      'the `iat` of the DPoP proof is too old or in the future: ' +
      'create a proof for each request, and synchronize the clock of the client',
    advice: 'Create a new proof for each request, and synchronize the clock of the client.',
  },
  'proof-nonce': {
    message:
      'the DPoP proof has no nonce of the proxy, or an expired one: ' +
      'repeat the request with the nonce in the `DPoP-Nonce` header of the response',
    advice: 'Repeat the request with the nonce from the `DPoP-Nonce` header of the response.',
  },
  'proof-replayed': {
    message: 'the DPoP proof was already used (`jti`): create a proof with a new `jti` for each request',
    advice: 'Create a new proof with a new `jti` for each request.',
  },
  'proof-memory-full': {
    message: 'the replay cache of DPoP proofs is full: send the request again later',
    advice: 'Send the request again later. If the problem persists, add workers or instances.',
  },
  'introspection-busy': {
    message: 'too many tokens are waiting for an introspection response of the issuer: send the request again later',
    advice: 'Send the request again after the time in `Retry-After`, and check the response time of the issuer.',
  },
  inactive: {
    message: 'the introspection response of the issuer does not say that the token is active: request a new token',
    advice: 'Request a new token.',
  },
  claims: {
    message:
      'the claims of the credential do not match the declaration of the access policy: ' +
      'compare `detail` in the audit record with the declared claims of the identity',
    advice: 'Compare `detail` in the audit record with the declaration of the identity, and change the issuer or the policy.',
  },
  method: {
    message:
      'the policy does not accept this authentication method for the identity: ' +
      'use a method in `via` of the identity, or add this one',
    advice: 'Use a method that the policy accepts, or add the method to `via` of the identity.',
  },
  issuer: {
    message:
      'no configured identity has the `iss` of the token: compare it with `issuer` of each identity, including a trailing slash',
    advice: 'Compare `iss` with `identities.N.issuer`. They must be equal, including a trailing slash.',
  },
  audience: {
    message: 'the `aud` of the token contains no configured audience: request a token for the `audience` of the identity',
    advice: 'Request a token for the audience in `identities.N.audience`, or add the audience to the configuration.',
  },
  'audience-others': {
    message:
      'the `aud` of the token contains audiences that are not configured, which the profile `workload` does not allow: ' +
      'request a token for the configured audiences only',
    advice: 'Request a token for the configured audiences only.',
  },
  'audience-ambiguous': {
    message: 'the `aud` of the token contains audiences of several identities: request a token for the audience of one identity',
    advice: 'Request a token for the audience of one identity.',
  },
  'claim-missing': {
    message:
      'a required claim of access tokens is missing or has the wrong type: `mismatch` in the audit record names it; ' +
      'configure the issuer to add it',
    advice: 'Configure the issuer to add the claim that `mismatch` in the audit record names.',
  },
  expired: {
    message: 'the credential has expired: request a new token, or renew the key',
    advice: 'Request a new token, or renew the key.',
  },
  'not-yet-valid': {
    message: 'the token is not valid yet (`nbf`): synchronize the clocks of the issuer and the proxy',
    advice: 'Synchronize the clocks of the issuer and the proxy.',
  },
  'issued-in-future': {
    message: 'the `iat` of the token is in the future: synchronize the clocks of the issuer and the proxy',
    advice: 'Synchronize the clocks of the issuer and the proxy.',
  },
  'unknown-key': {
    message: 'the issuer has no key with the `kid` and `alg` of the token: check that the JWKS of the issuer contains the key',
    advice: 'Check that the issuer publishes the key (`kid`, `alg`) in its JWKS.',
  },
  signature: {
    message: 'the signature of the token is not valid: request a new token, and check that the JWKS belongs to the issuer',
    advice: 'Request a new token. If the problem persists, check that the JWKS belongs to the issuer.',
  },
  'key-malformed': {
    message: 'the API key has the wrong format or a wrong checksum: send it exactly as `iap key create` printed it',
    advice: 'Send the API key exactly as `iap key create` printed it.',
  },
  'key-unknown': {
    message: 'the API key does not exist: create a new one, or check that the proxy has the current key file',
    advice: 'Create a new API key, or check that the proxy has the current key file.',
  },
  'key-revoked': {
    message: 'the API key was revoked: create a new one',
    advice: 'Create a new API key.',
  },
  'plugin-refused': {
    message: 'the plug-in of the identity rejects the credential: check the credential, and read the log of the plug-in',
    advice: 'Check the credential, and read the log of the plug-in.',
  },
  'identity-plugin-unavailable': {
    message: 'the plug-in of the identity does not respond: try again later; the log of the proxy says why',
    advice: 'Read the reason in the log of the proxy, and check the plug-in.',
  },
  'certificate-malformed': {
    message: 'the client certificate is not a valid X.509 certificate: issue a new one',
    advice: 'Issue a new client certificate.',
  },
  'certificate-forwarded': {
    message:
      'the header of a trusted proxy does not contain exactly one client certificate: correct the configuration of that proxy',
    advice: 'Configure the trusted proxy to send one certificate in the documented format.',
  },
  'certificate-revoked': {
    message: 'the client certificate, or an authority in its chain, was revoked: issue a new one',
    advice: 'Issue a new client certificate.',
  },
  'certificate-expired': {
    message: 'the client certificate has expired since the connection was made: renew it, and open a new connection',
    advice: 'Renew the client certificate and open a new connection.',
  },
  'certificate-not-yet-valid': {
    message: 'the client certificate is not valid yet: synchronize the clocks of its authority and the proxy',
    advice: 'Synchronize the clocks of the authority and the proxy.',
  },
  'certificate-usage': {
    message:
      'the client certificate is a CA certificate, or its key usage does not allow client authentication: ' +
      'issue one with `digitalSignature` and `clientAuth`',
    advice: 'Issue a client certificate with `digitalSignature` and `clientAuth` that is not a CA certificate.',
  },
  'certificate-authority': {
    message:
      'no configured authority of an identity issued the client certificate: ' +
      'add its authority to `ca` of the identity, or issue another certificate',
    advice: 'Add the issuing authority to `ca` of the identity, or issue a certificate by a configured authority.',
  },
  'certificate-ambiguous': {
    message:
      'authorities of several identities issued the client certificate: ' +
      'give each identity its own authorities or its own `trustDomain`',
    advice: 'Give each identity its own authorities, or add `trustDomain` to the identities.',
  },
  'spiffe-id': {
    message:
      'the client certificate does not contain exactly one URI that is the SPIFFE ID of a workload: ' +
      'issue an X.509-SVID with one URI SAN',
    advice: 'Issue an X.509-SVID with exactly one URI SAN.',
  },
  'trust-domain': {
    message: 'no configured identity has the trust domain of the client certificate: add an identity with this `trustDomain`',
    advice: 'Add an identity with this `trustDomain` to the configuration.',
  },
  session: {
    message: 'the session does not exist or has ended: sign in again',
    advice: 'Sign in again.',
  },
  revoked: {
    message: 'the credential, or every credential of its caller, was revoked: sign in again, or request a new credential',
    advice: 'Sign in again, or request a new credential.',
  },
  'revocations-unavailable': {
    message: 'the revocation store does not respond: try again later, and check the Redis that stores revocations',
    advice: 'Check the Redis that stores revocations.',
  },
  'session-store-unavailable': {
    message: 'the session store does not respond: try again later, and check the Redis that stores sessions',
    advice: 'Check the Redis that stores sessions.',
  },
  'identity-provider-unavailable': {
    message:
      'the keys of the issuer are unavailable, or the issuer does not respond: try again later; ' +
      'the log of the proxy names the error',
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

/** Returns the refusal of a client address with too many wrong API keys (`docs/reference/errors/too-many-wrong-keys.md`). */
export function refuseWrongKeys(retryAfter: number): Refused {
  const message = 'the API key does not exist, and the address of the client has sent too many wrong API keys'
  return { kind: 'refused', status: 429, code: 'too-many-wrong-keys', message, retryAfter }
}
