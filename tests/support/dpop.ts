import { createHash, randomUUID } from 'node:crypto'
import { thumbprintOf } from '../../runtime/identity/jose/index.ts'
import { compactJws, type TestAlgorithm, type TestKey, testKey } from './test-issuer.ts'

/** A client's key for DPoP (RFC 9449). */
export interface DpopKey extends TestKey {
  /** Its thumbprint: `cnf.jkt` of tokens that are bound to it. */
  readonly jkt: string
  /** The public half, as it stands in a proof. */
  readonly publicJwk: Readonly<Record<string, unknown>>
}

export function dpopKey(alg: TestAlgorithm = 'ES256'): DpopKey {
  const key = testKey(alg)
  const publicJwk = key.publicKey.export({ format: 'jwk' }) as Record<string, unknown>
  return { ...key, publicJwk, jkt: thumbprintOf(publicJwk) }
}

export interface ProofOf {
  readonly method?: string
  readonly url: string
  /** None for a request to the authorization server. */
  readonly token?: string
  /** Seconds since 1970. */
  readonly now?: number
  /** Instead of or beside the usual ones; undefined leaves out. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

/** A proof as a client makes it, or with what a test changes. */
export function proofOf(key: DpopKey, { method = 'GET', url, token, now = Date.now() / 1000, claims, header }: ProofOf): string {
  const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url')
  const payload = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(now), ath, ...claims }
  return compactJws(
    JSON.stringify({ typ: 'dpop+jwt', alg: key.alg, jwk: key.publicJwk, ...header }),
    JSON.stringify(payload),
    key,
  )
}
