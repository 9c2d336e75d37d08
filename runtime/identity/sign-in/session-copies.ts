import type { SessionStore } from '../sessions/index.ts'

/** What a process has learnt of a session, for a while. */
export class Copy {
  readonly #store: SessionStore
  readonly #hearing: number | null
  readonly #monotonic: () => number
  readonly #until: number
  #ended = false

  constructor(store: SessionStore, monotonic: () => number, time: number) {
    this.#store = store
    this.#hearing = store.hearing()
    this.#monotonic = monotonic
    this.#until = monotonic() + time
  }

  /** Whether it counts without another look at the store. */
  holds(): boolean {
    if (this.#ended || this.#hearing === null) return false
    return this.#monotonic() < this.#until && this.#store.hearing() === this.#hearing
  }

  end(): void {
    this.#ended = true
  }
}

/** What lasts, and goes no further than the session that permitted it: a WebSocket, a stream of events, a call of gRPC. */
export interface SessionUser {
  sessionEnded(): void
}

const MOST = 20_000

/** Milliseconds between two looks at whether it is time to look again. */
const LOOK = 250

/**
 * Copies of sessions by key, and what lives on them. All end with the session, wherever it was ended. Bounded: what was read
 * first goes, and is read again. Sessions that something lives on are looked at again and again, which counts as their use: then
 * their end is noticed even where nobody tells of it.
 */
export class SessionCopies {
  readonly #copies = new Map<string, Copy>()
  readonly #users = new Map<string, Set<SessionUser>>()
  readonly #store: SessionStore
  readonly #monotonic: () => number
  readonly #time: number
  readonly #look: NodeJS.Timeout
  /** When it was looked, and how the store was heard then. */
  #lookedAt: number
  #heard: number | null

  /** @param time milliseconds for which a copy counts */
  constructor(store: SessionStore, monotonic: () => number, time: number) {
    this.#store = store
    this.#monotonic = monotonic
    this.#time = time
    this.#lookedAt = monotonic()
    this.#heard = store.hearing()
    this.#look = setInterval(() => this.#lookInTime(), LOOK).unref()
    store.onEnd((keys) => {
      for (const key of keys) this.#end(key)
    })
  }

  /** In the place of the one before, which may have missed something. */
  open(key: string): Copy {
    this.#drop(key)
    const copy = new Copy(this.#store, this.#monotonic, this.#time)
    this.#copies.set(key, copy)
    if (this.#copies.size > MOST) this.#drop(this.#copies.keys().next().value as string)
    return copy
  }

  /** There is no such session. */
  forget(key: string): void {
    this.#drop(key)
  }

  /** To put in what lives on the session, and take it out again when it is over. */
  usersOf(key: string): Set<SessionUser> {
    const known = this.#users.get(key)
    if (known !== undefined) return known
    const users = new Set<SessionUser>()
    this.#users.set(key, users)
    // It may have ended since it was read, while a body was waited for: then nobody was there to hear of it.
    if (!this.#copies.has(key)) void this.#lookAt(key)
    return users
  }

  close(): void {
    clearInterval(this.#look)
  }

  #drop(key: string): void {
    this.#copies.get(key)?.end()
    this.#copies.delete(key)
  }

  #end(key: string): void {
    this.#drop(key)
    const users = this.#users.get(key)
    this.#users.delete(key)
    for (const user of users ?? []) user.sessionEnded()
  }

  /** From time to time, and as soon as the store is heard again: what ended meanwhile, nobody has told. */
  #lookInTime(): void {
    const [now, hearing] = [this.#monotonic(), this.#store.hearing()]
    const hasMissed = hearing !== null && hearing !== this.#heard
    if (!hasMissed && now - this.#lookedAt < this.#time) return
    this.#lookedAt = now
    if (hearing !== null) this.#heard = hearing
    void this.#lookAgain()
  }

  async #lookAgain(): Promise<void> {
    for (const [key, users] of this.#users) {
      if (users.size === 0) this.#users.delete(key)
      else await this.#lookAt(key)
    }
  }

  /** Where the store cannot be asked, nobody would hear that it is over. */
  async #lookAt(key: string): Promise<void> {
    if ((await this.#store.get(key).catch(() => null)) === null) this.#end(key)
  }
}
