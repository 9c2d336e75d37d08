import { KeptList } from './kept-list.ts'
import { MOST_REVOCATIONS, type Once, type Outcome, type Revocation, type Standing } from './revocation.ts'
import { openRevocationFile, type RevocationFile } from './revocation-file.ts'
import type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'

/** Things that may come once that are remembered, at most; the oldest go. */
const MOST_ONCE = 50_000

/** Of this proxy alone: in memory, and in a file that outlives it, as tokens, keys and certificates do. */
export class OwnRevocations implements RevocationKeeper {
  readonly #file: RevocationFile | null
  readonly #clock: () => number
  readonly #kept: KeptList
  /** Until when they are remembered, oldest first. */
  readonly #once = new Map<string, number>()
  #listener: KeeperListener | null = null

  /** @param folder null: there is no file. Throws `RevocationStateError`. */
  constructor(folder: string | null, clock: () => number = Date.now) {
    this.#file = folder === null ? null : openRevocationFile(folder)
    this.#clock = clock
    this.#kept = new KeptList(clock, this.#file?.read() ?? [])
  }

  standing(): Standing {
    return { list: this.#kept.all, hears: true }
  }

  async add(revocations: readonly Revocation[], once: Once | null): Promise<Outcome> {
    const now = this.#clock()
    if (once !== null && (this.#once.get(once.key) ?? 0) > now) return 'known'
    const gone = new Set(this.#kept.replacedBy(revocations))
    const left = this.#kept.all.filter(({ id }) => !gone.has(id))
    if (left.length + revocations.length > MOST_REVOCATIONS) return 'full'
    this.#take([...left, ...revocations])
    if (once !== null) this.#remember(once.key, now + once.ms)
    return 'added'
  }

  async remove(id: string): Promise<Revocation | null> {
    const found = this.#kept.get(id)
    if (found === null) return null
    this.#take(this.#kept.all.filter((one) => one !== found))
    return found
  }

  listen(listener: KeeperListener): void {
    this.#listener = listener
  }

  async close(): Promise<void> {
    this.#listener = null
  }

  /** Written first: what is said to be revoked is so after a crash, too. */
  #take(list: readonly Revocation[]): void {
    this.#file?.write(list)
    const change = this.#kept.changeTo(list)
    this.#listener?.changed(change)
  }

  #remember(key: string, until: number): void {
    this.#once.delete(key)
    this.#once.set(key, until)
    if (this.#once.size > MOST_ONCE) this.#once.delete(this.#once.keys().next().value as string)
  }
}
