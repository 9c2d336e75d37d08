import { hash } from 'node:crypto'
import type { CanonicalRequest } from '../../../request/index.ts'
import type { Remembered } from '../../sessions/index.ts'
import { schemeOf } from '../../tls/scheme-of.ts'
import type { Refused } from '../authentication.ts'
import { refuseProof } from '../refusals.ts'
import { namesTarget } from './names-target.ts'
import type { Nonces } from './nonces.ts'
import { type ProofKey, proofKey, signedBy, thumbprintOf } from './proof-key.ts'
import type { ProofMemory } from './proof-memory.ts'
import { type Proof, readProof } from './read-proof.ts'

export interface DpopDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly nonces: Nonces
  readonly proofs: ProofMemory
}

/** Seconds for which a proof without a nonce counts, and by how much its maker's clock may be ahead. */
const LIFETIME = 60
const AHEAD = 30

type Check = (
  request: CanonicalRequest,
  token: string,
  connection: object | undefined,
) => Refused | null | Promise<Refused | null>

/**
 * Whether a request brings a proof by the key of that thumbprint, for itself and this token (RFC 9449, section 4.3). What costs least is looked at first; it is
 * remembered last, so that nobody can use up a proof that is not his.
 */
export function createProofCheck(jkt: string, needsNonce: boolean, { clock, nonces, proofs }: DpopDeps): Check {
  // Read once: it is what costs most after the signature.
  let key: ProofKey | null = null

  function check(request: CanonicalRequest, token: string, connection: object | undefined): ReturnType<Check> {
    const { headers, method } = request
    const lines = headers.count('dpop')
    if (lines === 0) return refuseProof('proof-missing')
    const proof = lines > 1 ? 'proof-repeated' : readProof(headers.get('dpop') ?? '')
    if (typeof proof === 'string') return refuseProof(proof)
    if (proof.htm !== method || !namesTarget(proof.htu, schemeOf(request, connection), request))
      return refuseProof('proof-request')
    if (proof.ath !== hash('sha256', token, 'base64url')) return refuseProof('proof-token')
    if (!isSigned(proof)) return refuseProof('proof-key')
    const now = clock() / 1000
    const until = needsNonce ? untilByNonce(proof, now) : untilByAge(proof, now)
    if (until === null) return needsNonce ? refuseProof('proof-nonce', nonces.current(now)) : refuseProof('proof-stale')
    const remembered = proofs.remember(jkt, proof.jti, until)
    return remembered instanceof Promise ? remembered.then(verdict) : verdict(remembered)
  }

  function isSigned(proof: Proof): boolean {
    if (key !== null && thumbprintOf(proof.jwk) !== jkt) return false
    key ??= proofKey(proof.jwk, jkt)
    return key !== null && signedBy(key, proof)
  }

  function untilByNonce({ nonce }: Proof, now: number): number | null {
    return nonce === null ? null : nonces.until(nonce, now)
  }

  return check
}

/** Section 11.1. */
function untilByAge({ iat }: Proof, now: number): number | null {
  return iat <= now + AHEAD && now < iat + LIFETIME ? iat + LIFETIME : null
}

function verdict(remembered: Remembered): Refused | null {
  if (remembered === 'new') return null
  return refuseProof(remembered === 'known' ? 'proof-replayed' : 'proof-memory-full')
}
