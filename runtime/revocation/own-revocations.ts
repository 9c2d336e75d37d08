import { KeptList } from './kept-list.ts'
import { MOST_REVOCATIONS, type Once, type Outcome, type Revocation, type Standing } from './revocation.ts'
import { openRevocationFile, type RevocationFile } from './revocation-file.ts'
import type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'

/** Things that may come once that are remembered, at most; the oldest go. */
const MOST_ONCE = 50_000

/** Milliseconds between two looks at whether another process has written the file. */
const LOOK = 500

/**
 * Of this proxy alone: in memory, and in a file that outlives it, as tokens, keys and certificates do. Where a new version is started beside an old one, both write the same file, and each takes
 * what the other has written.
 */
export class OwnRevocations implements RevocationKeeper {
  readonly #file: RevocationFile | null
  readonly #clock: () => number
  readonly #kept: KeptList
  /** Until when they are remembered, oldest first. */
  readonly #once = new Map<string, number>()
  readonly #timer: NodeJS.Timeout | null
  /** Of the file as it is known. */
  #print: string | null = null
  #listener: KeeperListener | null = null

  /** @param folder null: there is no file. Throws `RevocationStateError`. */
  constructor(folder: string | null, clock: () => number = Date.now) {
    this.#file = folder === null ? null : openRevocationFile(folder)
    this.#clock = clock
    this.#print = this.#file?.print() ?? null
    this.#kept = new KeptList(clock, this.#file?.read() ?? [])
    this.#timer = this.#file === null ? null : setInterval(() => this.#look(), LOOK).unref()
  }

  standing(): Standing {
    return { list: this.#kept.all, hears: true }
  }

  async add(revocations: readonly Revocation[], once: Once | null): Promise<Outcome> {
    this.#takeOthers()
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
    this.#takeOthers()
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
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** What cannot be read now is read again, and meanwhile what is known counts. */
  #look(): void {
    try {
      this.#takeOthers()
    } catch {
      // Whoever changes something is told.
    }
  }

  /** A file that is gone takes nothing back: the next one that is written has all again. Throws `RevocationStateError`. */
  #takeOthers(): void {
    const print = this.#file?.print() ?? null
    if (this.#file === null || print === null || print === this.#print) return
    this.#changeTo(this.#file.read())
    this.#print = print
  }

  /** Written first: what is said to be revoked is so after a crash, too. */
  #take(list: readonly Revocation[]): void {
    this.#file?.write(list)
    this.#print = this.#file?.print() ?? null
    this.#changeTo(list)
  }

  #changeTo(list: readonly Revocation[]): void {
    const change = this.#kept.changeTo(list)
    if (change.added.length + change.removed.length > 0) this.#listener?.changed(change)
  }

  #remember(key: string, until: number): void {
    this.#once.delete(key)
    this.#once.set(key, until)
    if (this.#once.size > MOST_ONCE) this.#once.delete(this.#once.keys().next().value as string)
  }
}
