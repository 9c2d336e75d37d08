import type { Change, Once, Revocation, RevocationOutcome, RevokedFrom, Standing } from './revocation.ts'

/**
 * The list of revocations that all processes of the proxy use, in one of them or in Redis. If a method rejects, nothing was
 * changed.
 */
export interface RevocationKeeper {
  /** Returns a copy of all current revocations, and whether changes are being received. Takes time linear in their number. */
  standing(): Standing
  readonly hears: boolean
  readonly size: number
  /**
   * Returns all current revocations. The result can be iterated in slices: it includes revocations that are added during the
   * iteration, and omits those that are removed.
   */
  live(): Iterable<Revocation>
  /**
   * Adds all of the revocations, or none of them. `once` is a key that must not have been used before, such as the ID of an
   * event.
   */
  add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome>
  remove(id: string): Promise<Revocation | null>
  /**
   * Sets the only listener, which receives each change before the change is confirmed. It also receives whether changes are being
   * received.
   */
  listen(listener: KeeperListener): void
  close(): Promise<void>
}

export interface KeeperListener {
  changed(change: Change): void
  hears(hears: boolean): void
}
