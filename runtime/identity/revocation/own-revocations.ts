import { StoreUnavailable } from '../../base/errors.ts'
import { inSlices, settledWithin } from '../../base/waiting.ts'
import { KeptList } from './kept-list.ts'
import type { Change, Once, Revocation, RevocationOutcome, RevokedFrom, Standing } from './revocation.ts'
import type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'
import { RevocationLog } from './revocation-log.ts'

/** Maximum number of one-time keys; the oldest are dropped. */
const MOST_ONCE = 50_000

/** Milliseconds between two checks for lines of another process. */
const LOOK = 500

/** Maximum number of changes of one author that wait for the disk, so that a hanging disk cannot fill the memory. */
const MOST_WAITING = 256

/** The file is rewritten when obsolete entries exceed this number plus the number of valid ones. */
const MOST_DEAD = 1000

/** Minimum milliseconds between two rewrites. */
const COMPACT = 10_000

/** Milliseconds for which a change waits for earlier changes and the disk. */
const PATIENCE = 5000

/** Attempts to write a change while other processes replace the file. */
const MOST_TRIES = 5

interface Waiting {
  run(): Promise<void>
}

export class OwnRevocations implements RevocationKeeper {
  readonly hears = true
  readonly #log: RevocationLog | null
  readonly #clock: () => number
  readonly #kept: KeptList
  /** Expiry by key, oldest first. */
  readonly #once = new Map<string, number>()
  readonly #waiting: Readonly<Record<RevokedFrom, Waiting[]>> = { operator: [], event: [] }
  readonly #timer: NodeJS.Timeout | null
  #isWriting = false
  #compactAt = 0
  #listener: KeeperListener | null = null

  /**
   * Creates a list of revocations that this process keeps, from the changes in its log. Without a log, it is kept in memory only.
   */
  constructor(clock: () => number = Date.now, log: RevocationLog | null = null, changes: readonly Change[] = []) {
    this.#log = log
    this.#clock = clock
    this.#kept = new KeptList(clock)
    for (const change of changes) this.#kept.apply(change)
    this.#timer = log === null ? null : setInterval(() => this.#look(), LOOK).unref()
  }

  /**
   * Opens the revocation log in a folder, and creates the list of revocations from it.
   *
   * @throws RevocationStateError if the log is unusable
   */
  static async open(folder: string, clock: () => number = Date.now): Promise<OwnRevocations> {
    const { log, changes } = await RevocationLog.open(folder)
    return new OwnRevocations(clock, log, changes)
  }

  get size(): number {
    return this.#kept.size
  }

  standing(): Standing {
    return { list: this.#kept.all, hears: true }
  }

  live(): Iterable<Revocation> {
    return this.#kept.live()
  }

  add(revocations: readonly Revocation[], once: Once | null, from: RevokedFrom): Promise<RevocationOutcome> {
    return this.#inTurn(from, async () => {
      const now = this.#clock()
      if (once !== null && (this.#once.get(once.key) ?? 0) > now) return 'known'
      const removed = this.#kept.replacedBy(revocations)
      if (!this.#kept.hasRoom(revocations, removed, from)) return 'full'
      await this.#commit({ added: revocations, removed })
      if (once !== null) this.#remember(once.key, now + once.ms)
      return 'added'
    })
  }

  remove(id: string): Promise<Revocation | null> {
    return this.#inTurn('operator', async () => {
      const found = this.#kept.get(id)
      if (found !== null) await this.#commit({ added: [], removed: [id] })
      return found
    })
  }

  listen(listener: KeeperListener): void {
    this.#listener = listener
  }

  /** Waits until pending changes are written and reported to the listener, or at most five seconds. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    const closed = new Promise<void>((resolve) => {
      this.#waiting.event.push({
        run: async () =>
          await this.#log
            ?.close()
            .catch(() => {})
            .finally(resolve),
      })
    })
    void this.#write()
    await inTime(closed).catch(() => {})
    this.#listener = null
  }

  /**
   * One change at a time, operators' before queued events. Rejects with `StoreUnavailable` if the disk does not respond in time.
   */
  #inTurn<T>(from: RevokedFrom, work: () => Promise<T>): Promise<T> {
    if (this.#waiting[from].length >= MOST_WAITING)
      return Promise.reject(new StoreUnavailable('too many changes of revocations wait for the disk'))
    const done = new Promise<T>((resolve, reject) => {
      this.#waiting[from].push({ run: () => this.#takeOthers().then(work).then(resolve, reject) })
    })
    void this.#write()
    return inTime(done)
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    for (;;) {
      const next = this.#waiting.operator.shift() ?? this.#waiting.event.shift()
      if (next === undefined) break
      await next.run()
    }
    this.#isWriting = false
  }

  /** An unreadable file is read again later; meanwhile the known list applies. */
  #look(): void {
    if (this.#isWriting) return
    this.#inTurn('operator', async () => await this.#compact()).catch(() => {
      // Changes report the error to their author.
    })
  }

  /** Writes before it applies, so that an acknowledged revocation survives a crash. */
  async #commit(change: Change): Promise<void> {
    if (this.#log === null) return this.#apply(change)
    if (await this.#log.append(change)) return await this.#takeOthers()
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lock = await this.#log.hold()
      try {
        await this.#takeOthers(true)
        if (
          change.added.every(({ id }) => this.#kept.get(id) !== null) &&
          change.removed.every((id) => this.#kept.get(id) === null)
        )
          return
        if (await this.#log.append(change, lock)) return await this.#takeOthers()
      } finally {
        await lock?.release()
      }
    }
    throw new Error('another process keeps replacing the file of revocations: try again')
  }

  /** Applies unread changes of the file, including this process's own. A missing file removes nothing: it is rewritten. */
  async #takeOthers(makesFile = false): Promise<void> {
    if (this.#log === null) return
    const news = await this.#log.read()
    if (news === 'gone') {
      await this.#log.close()
      if (this.#kept.size === 0 && !makesFile) return
      for (const change of await this.#log.rewrite(this.#kept.live())) this.#apply(change)
    } else if (news === 'replaced') await this.#reload(this.#log)
    else for (const change of news) this.#apply(change)
  }

  async #reload(log: RevocationLog): Promise<void> {
    const there = new Map<string, Revocation>()
    for await (const slice of inSlices(await log.reload(), 100))
      for (const { added, removed } of slice) {
        for (const id of removed) there.delete(id)
        for (const one of added) there.set(one.id, one)
      }
    for await (const added of inSlices(there.values())) this.#apply({ added, removed: [] })
    for await (const known of inSlices([...this.#kept.live()]))
      this.#apply({ added: [], removed: known.map(({ id }) => id).filter((id) => !there.has(id)) })
  }

  async #compact(): Promise<void> {
    if (this.#log === null || this.#log.entries - this.#kept.size < this.#kept.size + MOST_DEAD) return
    if (performance.now() < this.#compactAt) return
    // A full disk stays full for a while.
    this.#compactAt = performance.now() + COMPACT
    for (const change of await this.#log.rewrite(this.#kept.live())) this.#apply(change)
  }

  #apply(change: Change): void {
    const { added, removed } = this.#kept.apply(change)
    if (added.length + removed.length > 0) this.#listener?.changed({ added, removed })
  }

  #remember(key: string, until: number): void {
    this.#once.delete(key)
    this.#once.set(key, until)
    if (this.#once.size > MOST_ONCE) this.#once.delete(this.#once.keys().next().value as string)
  }
}

/**
 * Resolves like a change.
 *
 * @throws StoreUnavailable after `PATIENCE`
 */
async function inTime<T>(change: Promise<T>): Promise<T> {
  const taken = await settledWithin(change, PATIENCE, LATE)
  if (taken !== LATE) return taken
  throw new StoreUnavailable(
    `the disk did not take a change of revocations within ${PATIENCE / 1000} s; the change may still take effect`,
  )
}

const LATE = Symbol('late')
