import type { Change, Once, Revocation, RevocationOutcome, RevokedFrom, Standing } from './revocation.ts'

/** Holds the list of revocations for all processes of the proxy. If a method rejects, nothing was changed. */
export interface RevocationKeeper {
  /** Takes time linear in the number of revocations. */
  standing(): Standing
  readonly hears: boolean
  readonly size: number
  /** For iteration in slices: includes revocations added meanwhile and omits removed ones. */
  live(): Iterable<Revocation>
  /** Adds all of them or none. */
  add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome>
  remove(id: string): Promise<Revocation | null>
  /** Sets the one listener for changes, and for whether they are received. Called before a change is acknowledged. */
  listen(listener: KeeperListener): void
  close(): Promise<void>
}

export interface KeeperListener {
  changed(change: Change): void
  hears(hears: boolean): void
}
