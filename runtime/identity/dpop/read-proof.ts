import type { Refused } from '../authentication.ts'
import { JWS_ALGORITHMS, type JwsAlgorithm, readCompactJws, UNSUPPORTED } from '../jose/index.ts'
import { mismatch, oneOf, typeOf } from '../mismatch.ts'
import { refuseProof } from '../refusals.ts'
import { isDate, isText } from '../token/claim-types.ts'

/** A parsed but unverified DPoP proof (RFC 9449, section 4.2). */
export interface Proof {
  readonly alg: JwsAlgorithm
  /** Public key from the proof's header, as sent; only public members are read. */
  readonly jwk: Readonly<Record<string, unknown>>
  readonly htm: string
  readonly htu: string
  /** Time at which the proof was made, in seconds since 1970. */
  readonly iat: number
  readonly jti: string
  readonly ath: string
  readonly nonce: string | null
  /** Signed text of the JWS: its header and payload in base64url, joined by a dot. The signature is in base64url. */
  readonly signed: string
  readonly signature: string
}

/** Maximum characters of a `jti`. Only its digest is stored, but it has to be hashed. */
const MAX_JTI = 512

/** Parses a DPoP proof and makes the checks of RFC 9449, section 4.3, points 2 to 5 and 7. */
export function readProof(text: string): Proof | Refused {
  const jws = readCompactJws(text)
  if (jws === null) return refuseProof('proof-malformed', mismatch('proof', 'another form', 'a JWT: three parts, signed'))
  const { header, payload } = jws
  const { typ, jwk } = header
  const alg = JWS_ALGORITHMS.find((name) => name === header.alg)
  if (typ !== 'dpop+jwt') return refuseProof('proof-header', mismatch('typ', typ, 'dpop+jwt'))
  if (alg === undefined) return refuseProof('proof-header', mismatch('alg', header.alg, oneOf(JWS_ALGORITHMS)))
  if (!isPublicJwk(jwk)) return refuseProof('proof-header', mismatch('jwk', typeOf(jwk), 'a public key'))
  const unsupported = UNSUPPORTED.find((name) => Object.hasOwn(header, name))
  if (unsupported !== undefined) return refuseProof('proof-header', mismatch(unsupported, 'present', 'absent'))
  const { htm, htu, iat, jti, ath, nonce } = payload
  if (!isText(htm)) return malformed('htm', htm)
  if (!isText(htu)) return malformed('htu', htu)
  if (!isDate(iat)) return refuseProof('proof-malformed', mismatch('iat', typeOf(iat), 'a positive number of seconds since 1970'))
  if (!isText(jti)) return malformed('jti', jti)
  if (jti.length > MAX_JTI)
    return refuseProof('proof-malformed', mismatch('jti', `${jti.length} characters`, `at most ${MAX_JTI}`))
  if (!isText(ath)) return malformed('ath', ath)
  if (nonce !== undefined && typeof nonce !== 'string') return malformed('nonce', nonce)
  const end = text.lastIndexOf('.')
  const parts = { signed: text.slice(0, end), signature: text.slice(end + 1) }
  return { alg, jwk, htm, htu, iat, jti, ath, nonce: nonce ?? null, ...parts }
}

function malformed(name: string, value: unknown): Refused {
  return refuseProof('proof-malformed', mismatch(name, typeOf(value), 'a non-empty string'))
}

/** Returns whether a JWK is public. Private and shared keys are rejected, because they prove nothing once sent. */
function isPublicJwk(jwk: unknown): jwk is Readonly<Record<string, unknown>> {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return false
  return !SECRET.some((name) => Object.hasOwn(jwk, name))
}

/** Names of the private members of a JWK (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1; `d` also RFC 8037). */
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
