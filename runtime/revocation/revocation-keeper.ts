import type { Change, Once, Outcome, Revocation, Standing } from './revocation.ts'

/** Who has the list of revocations, for all processes of the proxy. What may fail rejects, and then nothing was done. */
export interface RevocationKeeper {
  standing(): Standing
  /** All of them, or none. */
  add(revocations: readonly Revocation[], once: Once | null): Promise<Outcome>
  /** Null: there is none of that id. */
  remove(id: string): Promise<Revocation | null>
  /** One listener: of changes, here or elsewhere, and of whether they would be heard of. Told before whoever has made a change hears that it is done. */
  listen(listener: KeeperListener): void
  close(): Promise<void>
}

export interface KeeperListener {
  changed(change: Change): void
  hears(hears: boolean): void
}
