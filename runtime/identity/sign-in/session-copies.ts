import type { SessionStore } from '../sessions/index.ts'

/** Mark that a process has read a session recently, so that it may use the result without reading the store again. */
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

  /** Returns whether the session may still be used without another read of the store. */
  holds(): boolean {
    if (this.#ended || this.#hearing === null) return false
    return this.#monotonic() < this.#until && this.#store.hearing() === this.#hearing
  }

  end(): void {
    this.#ended = true
  }
}

/** A long-lived request that must end together with its session: a WebSocket, an event stream or a gRPC call. */
export interface SessionUser {
  sessionEnded(): void
}

const MOST = 20_000

/** Milliseconds between two checks whether a read is due. */
const LOOK = 250

/**
 * A bounded cache of recently read sessions by store key, with the long-lived requests that depend on each. A copy is dropped
 * when its session ends, and these requests are ended. When the cache is full, the oldest copy is dropped and read again on use.
 * Sessions of such requests are read regularly, which counts as use of the session and detects an end whose message was lost.
 */
export class SessionCopies {
  readonly #copies = new Map<string, Copy>()
  readonly #users = new Map<string, Set<SessionUser>>()
  readonly #store: SessionStore
  readonly #monotonic: () => number
  readonly #time: number
  readonly #look: NodeJS.Timeout
  /** When it last read, and the store's hearing at that time. */
  #lookedAt: number
  #heard: number | null

  /**
   * Creates an empty cache. It listens to the store and drops the copies of sessions that have ended.
   *
   * @param time milliseconds for which a copy is valid
   */
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

  /** Creates a copy of a session. It replaces an earlier copy, which may have missed changes. */
  open(key: string): Copy {
    this.#drop(key)
    const copy = new Copy(this.#store, this.#monotonic, this.#time)
    this.#copies.set(key, copy)
    if (this.#copies.size > MOST) this.#drop(this.#copies.keys().next().value as string)
    return copy
  }

  /** Drops the copy of a session that was not found in the store. */
  forget(key: string): void {
    this.#drop(key)
  }

  /**
   * Returns the set of long-lived requests that depend on a session. Add a request to it when the request begins, and remove it
   * when it ends.
   */
  usersOf(key: string): Set<SessionUser> {
    const known = this.#users.get(key)
    if (known !== undefined) return known
    const users = new Set<SessionUser>()
    this.#users.set(key, users)
    // The session may have ended while a body was awaited, with no user to notify.
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

  /** Reads regularly, and as soon as the store is heard again: ends in between went unreported. */
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

  /** If the store is unavailable, the session's end would go unnoticed. */
  async #lookAt(key: string): Promise<void> {
    if ((await this.#store.get(key).catch(() => null)) === null) this.#end(key)
  }
}
