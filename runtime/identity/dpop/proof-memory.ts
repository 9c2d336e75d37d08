import { createHash } from 'node:crypto'

/** Which proofs were shown, for as long as they would count again (RFC 9449, section 11.1). */
export interface ProofMemory {
  /**
   * `known`: it was shown before. `full`: it cannot be remembered, so that nobody could tell when it is shown again.
   *
   * @param until seconds since 1970; always the same for the same proof
   */
  remember(jkt: string, jti: string, until: number): Remembered | Promise<Remembered>
}

export type Remembered = 'new' | 'known' | 'full'

/** Seconds: proofs that end in the same stretch are forgotten together. */
const STRETCH = 30

/**
 * In this process. Of a proof 53 bits of a digest are kept: that two have them in common is one in nine billion with a million of them, and
 * refuses one that is good. Full, it takes none: if it forgot the oldest, whoever may make many proofs could make it forget those of others.
 */
export function createProofMemory(clock: () => number, most = 1_000_000): ProofMemory {
  const stretches = new Map<number, Set<number>>()
  let size = 0
  let oldest = 0

  function forget(): void {
    const now = Math.floor(clock() / 1000 / STRETCH)
    if (now === oldest) return
    oldest = now
    for (const [stretch, proofs] of stretches) {
      if (stretch >= now) continue
      stretches.delete(stretch)
      size -= proofs.size
    }
  }

  return {
    remember(jkt, jti, until) {
      forget()
      const stretch = Math.floor(until / STRETCH)
      const proofs = stretches.get(stretch) ?? new Set<number>()
      const mark = markOf(jkt, jti)
      if (proofs.has(mark)) return 'known'
      if (size >= most) return 'full'
      size += 1
      stretches.set(stretch, proofs.add(mark))
      return 'new'
    },
  }
}

/** A `jti` is its key's own: others may use the same. */
function markOf(jkt: string, jti: string): number {
  const digest = createHash('sha256').update(`${jkt}\n${jti}`).digest()
  return digest.readUIntBE(0, 6) * 32 + ((digest[6] as number) >> 3)
}
