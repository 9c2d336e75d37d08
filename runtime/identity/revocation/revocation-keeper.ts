import type { Change, Once, Revocation, RevocationOutcome, RevokedFrom, Standing } from './revocation.ts'

/** Holder of the list of revocations for all processes of the proxy. If a method rejects, nothing was changed. */
export interface RevocationKeeper {
  /** Returns all current revocations. Takes time linear in their number. */
  standing(): Standing
  readonly hears: boolean
  readonly size: number
  /**
   * Returns all current revocations. The result can be iterated in slices: it includes revocations added meanwhile and omits
   * removed ones.
   */
  live(): Iterable<Revocation>
  /** Adds all of the revocations or none. */
  add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome>
  remove(id: string): Promise<Revocation | null>
  /**
   * Sets the only listener, which receives changes and whether changes currently arrive. It is called before a change is
   * acknowledged.
   */
  listen(listener: KeeperListener): void
  close(): Promise<void>
}

export interface KeeperListener {
  changed(change: Change): void
  hears(hears: boolean): void
}
