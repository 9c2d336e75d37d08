import { hash } from 'node:crypto'
import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/tls-connection.ts'
import type { Refused } from '../authentication.ts'
import { familyOf, thumbprintOf } from '../jose/index.ts'
import { type Mismatch, mismatch, rfc3339Of } from '../mismatch.ts'
import { refuseProof } from '../refusals.ts'
import type { Remembered } from '../sessions/index.ts'
import type { DpopReplayCache } from './dpop-replay-cache.ts'
import { namesTarget } from './names-target.ts'
import type { Nonces } from './nonces.ts'
import { type ProofKey, proofKey, signedBy } from './proof-key.ts'
import { type Proof, readProof } from './read-proof.ts'

export interface DpopDeps {
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  readonly nonces: Nonces
  readonly proofs: DpopReplayCache
}

/** Seconds for which a proof without a nonce is valid, and by which its maker's clock may be ahead. */
const LIFETIME = 60
const AHEAD = 30
const NAME = 22

type Check = (
  request: CanonicalRequest,
  token: string,
  connection: object | undefined,
) => Refused | null | Promise<Refused | null>

/**
 * Returns a function that checks a request's DPoP proof (RFC 9449, section 4.3). The proof must be for this request and token,
 * and made by the key with the thumbprint `jkt`. Cheap checks come first. A proof is marked as used last, so that no client can
 * use up the proof of another.
 */
export function createProofCheck(jkt: string, needsNonce: boolean, { clock, nonces, proofs }: DpopDeps): Check {
  let key: ProofKey | null = null

  function check(request: CanonicalRequest, token: string, connection: object | undefined): ReturnType<Check> {
    const { headers, method } = request
    const lines = headers.count('dpop')
    if (lines === 0) return refuseProof('proof-missing')
    if (lines > 1) return refuseProof('proof-repeated', mismatch('DPoP', `${lines} headers`, 'one'))
    const proof = readProof(headers.get('dpop') ?? '')
    if ('kind' in proof) return proof
    if (proof.htm !== method) return refuseProof('proof-request', mismatch('htm', proof.htm, method))
    const scheme = schemeOf(request, connection)
    if (!namesTarget(proof.htu, scheme, request))
      return refuseProof('proof-request', mismatch('htu', withoutQuery(proof.htu), targetOf(scheme, request)))
    const digest = hash('sha256', token, 'base64url')
    if (proof.ath !== digest) return refuseProof('proof-token', mismatch('ath', named(proof.ath), named(digest)))
    if (!isSigned(proof)) return refuseProof('proof-key', mismatch('jwk', thumbprint(proof), `${jkt}, and a signature by it`))
    const now = clock() / 1000
    const until = needsNonce ? untilByNonce(proof, now) : untilByAge(proof, now)
    if (until === null) return needsNonce ? refuseProof('proof-nonce', wrongNonce(proof), nonces.current(now)) : stale(proof, now)
    const remembered = proofs.remember(jkt, proof.jti, until)
    return remembered instanceof Promise ? remembered.then((one) => verdict(one, proof)) : verdict(remembered, proof)
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

/** Returns the end of a proof's validity by its age (RFC 9449, section 11.1), or `null` if it is too old. */
function untilByAge({ iat }: Proof, now: number): number | null {
  return iat <= now + AHEAD && now < iat + LIFETIME ? iat + LIFETIME : null
}

function verdict(remembered: Remembered, { jti }: Proof): Refused | null {
  if (remembered === 'new') return null
  if (remembered !== 'known') return refuseProof('proof-memory-full')
  return refuseProof('proof-replayed', mismatch('jti', jti, 'one that this key has not used before', true))
}

function stale({ iat }: Proof, now: number): Refused {
  const expected = `after ${rfc3339Of(now - LIFETIME)} and at or before ${rfc3339Of(now + AHEAD)}`
  return refuseProof('proof-stale', mismatch('iat', rfc3339Of(iat), expected, true))
}

function wrongNonce({ nonce }: Proof): Mismatch {
  return mismatch('nonce', nonce === null ? undefined : 'another', 'one that this proxy gave out in the last minutes', true)
}

/** Returns the ID of a token in records, from which the token cannot be derived. */
function named(digest: string): string {
  return `${digest.slice(0, NAME)}…`
}

function thumbprint({ jwk }: Proof): unknown {
  return familyOf(jwk) === null ? 'a key that signs nothing here' : thumbprintOf(jwk)
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}

function targetOf(scheme: string, { host, port, rawPath }: CanonicalRequest): string {
  return `${scheme}://${host}${port === null ? '' : `:${port}`}${rawPath}`
}
