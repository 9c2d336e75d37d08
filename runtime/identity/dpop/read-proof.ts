import type { JwsAlgorithm } from '../jwt/jwt-config.ts'
import type { RefusalCode } from '../refusals.ts'
import { isDate, isText } from '../token/claim-types.ts'
import { asksForMore, readCompactJws } from '../token/compact-jws.ts'
import { PROOF_ALGORITHMS } from './dpop-config.ts'

/** A DPoP proof (RFC 9449, section 4.2) by its form. Nothing of it is verified. */
export interface Proof {
  readonly alg: JwsAlgorithm
  /** As it stands there; only public members are read of it. */
  readonly jwk: Readonly<Record<string, unknown>>
  readonly htm: string
  readonly htu: string
  /** Seconds since 1970. */
  readonly iat: number
  readonly jti: string
  readonly ath: string
  readonly nonce: string | null
  /** What is signed, and the signature in base64url. */
  readonly signed: string
  readonly signature: string
}

/** Characters: what is remembered of it is a digest, but it has to be hashed. */
const MAX_JTI = 512

/** Section 4.3, points 2 to 5 and 7. */
export function readProof(text: string): Proof | RefusalCode {
  const jws = readCompactJws(text)
  if (jws === null) return 'proof-malformed'
  const { header, payload } = jws
  const { typ, jwk } = header
  const alg = PROOF_ALGORITHMS.find((name) => name === header.alg)
  if (typ !== 'dpop+jwt' || alg === undefined || !isPublicJwk(jwk)) return 'proof-header'
  if (asksForMore(jws)) return 'proof-header'
  const { htm, htu, iat, jti, ath, nonce } = payload
  if (!isText(htm) || !isText(htu) || !isDate(iat) || !isText(jti) || jti.length > MAX_JTI || !isText(ath))
    return 'proof-malformed'
  if (nonce !== undefined && typeof nonce !== 'string') return 'proof-malformed'
  const end = text.lastIndexOf('.')
  const parts = { signed: text.slice(0, end), signature: text.slice(end + 1) }
  return { alg, jwk, htm, htu, iat, jti, ath, nonce: nonce ?? null, ...parts }
}

/** A key that came with its private half, or is shared, proves nothing. */
function isPublicJwk(jwk: unknown): jwk is Readonly<Record<string, unknown>> {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return false
  return !SECRET.some((name) => Object.hasOwn(jwk, name))
}

/** RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1; `d` of RFC 8037 too. */
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
