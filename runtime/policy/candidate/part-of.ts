import { hash } from 'node:crypto'

/** Of which a share names some. */
export const PARTS = 10_000

/**
 * Which of ten thousand parts a subject is in: by a digest of who it is and of what is on trial, so that it is in the same one on
 * all proxies and in all workers, stays in while the share grows, and is in another one the next time. (The digest is cut to 48
 * bits, of which the rest of a division by ten thousand favours none by more than one in 10^10.)
 *
 * @param who names that nobody else has, together
 */
export function partOf(revision: string, who: readonly (string | null)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify([revision, ...who]), 'hex').slice(0, 12), 16) % PARTS
}
