import { createHash, timingSafeEqual } from 'node:crypto'

/** What is kept of a secret of many random bits that somebody else has to show. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** How long it takes tells nothing of either. */
export function isSecret(shown: string, digest: Buffer): boolean {
  return timingSafeEqual(secretDigest(shown), digest)
}
