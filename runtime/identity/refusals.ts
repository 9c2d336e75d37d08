import type { Refused } from './authentication.ts'

/**
 * Every reason why a credential does not count, and the sentence for the record. The sentences are constant: nothing of a
 * credential reaches a log through them. Codes are stable; `docs/identities.md` explains each.
 */
export const refusals = {
  'credential-repeated': 'a header with a credential came in several lines, or in a spelling that services read as its name',
  'credential-ambiguous': 'there are several credentials, and it is not clear whose request it is',
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
  expired: 'the credential has expired',
  'not-yet-valid': 'the token is not valid yet',
  'issued-in-future': 'the token was issued in the future',
  'unknown-key': 'the issuer has no key that could have signed the token',
  signature: 'the signature of the token is not that of its issuer',
  'key-malformed': 'the API key is not of the form that keys have, or its checksum is wrong',
  'key-unknown': 'there is no such API key',
  'key-revoked': 'the API key was revoked',
  'module-refused': 'the module of the identity refuses the credential',
  'identity-module-unavailable': 'the module of the identity gives no answer',
  'identity-provider-unavailable': 'the keys of the issuer cannot be had at the moment',
} as const

export type RefusalCode = keyof typeof refusals

/** RFC 6750, section 3: where there was no token to speak of, no error is named. */
export const CHALLENGE = 'Bearer realm="iap"'
const INVALID_TOKEN = `${CHALLENGE}, error="invalid_token"`

export function refuse(code: RefusalCode): Refused {
  const message = refusals[code]
  if (code.endsWith('-unavailable')) return { kind: 'refused', status: 503, code, message }
  const wwwAuthenticate = code === 'unsupported-scheme' ? CHALLENGE : INVALID_TOKEN
  return { kind: 'refused', status: 401, code, message, wwwAuthenticate }
}

/** A verified credential with claims that the policy's declaration does not allow. */
export function refuseClaims(message: string): Refused {
  return { kind: 'refused', status: 401, code: 'claims', message, wwwAuthenticate: INVALID_TOKEN }
}

/** One more wrong API key from where too many came from. The answer has a page of its own: `docs/errors/too-many-wrong-keys.md`. */
export function refuseWrongKeys(retryAfter: number): Refused {
  const message = 'there is no such API key, and too many wrong ones came from the address of the client'
  return { kind: 'refused', status: 429, code: 'too-many-wrong-keys', message, retryAfter }
}
