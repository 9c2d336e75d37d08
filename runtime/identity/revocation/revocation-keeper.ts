import type { Change, Once, Revocation, RevocationOutcome, RevokedFrom, Standing } from './revocation.ts'

/** Who has the list of revocations, for all processes of the proxy. What may fail rejects, and then nothing was done. */
export interface RevocationKeeper {
  /** Takes as long as there are revocations. */
  standing(): Standing
  readonly hears: boolean
  readonly size: number
  /** For going through all in slices: what is added meanwhile comes, too, and what is removed does not. */
  live(): Iterable<Revocation>
  /** All of them, or none. */
  add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome>
  /** Null: there is none of that id. */
  remove(id: string): Promise<Revocation | null>
  /**
   * One listener: of changes, here or elsewhere, and of whether they would be heard of. Told before whoever has made a change
   * hears that it is done.
   */
  listen(listener: KeeperListener): void
  close(): Promise<void>
}

export interface KeeperListener {
  changed(change: Change): void
  hears(hears: boolean): void
}
