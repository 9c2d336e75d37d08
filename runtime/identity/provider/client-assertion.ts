import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { FAMILIES, JWS_ALGORITHMS, type JwsAlgorithm, signCompact } from '../jose/index.ts'

/** A private key that authenticates the proxy as an OAuth client. */
export interface ClientKey {
  readonly key: KeyObject
  readonly alg: JwsAlgorithm
  readonly kid: string | undefined
}

/** Seconds for which an assertion is valid. It is made for a single request. */
const LIFETIME = 60

/**
 * Parses a private key in JWK (RFC 7517) or PEM form. Returns a problem if it is invalid: a text that follows the name of the
 * secret and reveals none of its content.
 */
export function readClientKey(text: string): ClientKey | string {
  try {
    return text.trimStart().startsWith('{') ? fromJwk(JSON.parse(text)) : ofKey(createPrivateKey(text), undefined, undefined)
  } catch {
    return 'contains no private key: expected a JWK or PEM'
  }
}

function fromJwk(jwk: { readonly alg?: unknown; readonly kid?: unknown }): ClientKey | string {
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
  return ofKey(key, jwk.alg, typeof jwk.kid === 'string' ? jwk.kid : undefined)
}

function ofKey(key: KeyObject, wanted: unknown, kid: string | undefined): ClientKey | string {
  const family = familyOf(key)
  const fitting = JWS_ALGORITHMS.filter((name) => FAMILIES[name] === family)
  // Of an RSA key's algorithms, the one that all servers support.
  const alg = wanted === undefined ? fitting[0] : fitting.find((name) => name === wanted)
  if (alg !== undefined) return { key, alg, kid }
  const expected = 'RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519, with an `alg` that fits'
  return `contains a key of an unsupported type: expected ${expected}`
}

function familyOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | null {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048 ? 'RSA' : null
  if (type === 'ed25519') return 'Ed25519'
  return type === 'ec' ? (CURVES[details?.namedCurve ?? ''] ?? null) : null
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

/**
 * Returns a `client_assertion` (RFC 7523, section 3). `aud` holds the issuer only, so that no other server can use the
 * assertion.
 *
 * @param now milliseconds since 1970
 */
export function clientAssertion({ key, alg, kid }: ClientKey, clientId: string, issuer: string, now: number): string {
  const iat = Math.floor(now / 1000)
  const claims = { jti: crypto.randomUUID(), iss: clientId, sub: clientId, aud: issuer, iat, exp: iat + LIFETIME }
  return signCompact({ alg, typ: 'JWT', ...(kid !== undefined && { kid }) }, claims, key)
}
