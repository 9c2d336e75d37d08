import { digestOf, isHandle, type KeyRing, newHandle, type SessionStore, storeKey } from '../sessions/index.ts'
import { ownerOf, SessionsFull, tagsOf } from './kept-sessions.ts'
import type { PendingLogin, ReceivedLogin } from './session.ts'

/** Milliseconds that a person has to sign in. */
export const LOGIN_TIME = 600_000
/** For which a login that was finished stays marked after its cookie: the clock of another proxy may be as much behind. */
const CLOCK_MARGIN = 60_000
/** That a browser has to come for what a provider's form has brought. */
const RECEIVED_TIME = 60_000
/** That a browser comes for, of one subject. */
const MOST_RECEIVED = 20
/**
 * Characters of a cookie's value: browsers drop a cookie of more than 4096 bytes with its name and attributes (RFC 6265bis,
 * section 5.6).
 */
const MOST_COOKIE = 3900

/** What the MAC of a `RelayState` is for. */
const RELAY_STATE = 'relay state'

/** Behind the prefix of the proxy's cookies, and the value. */
export interface LoginCookie {
  readonly name: string
  readonly value: string
}

/**
 * Logins that have begun and not ended. A login is sealed into a cookie of the browser that began it, so that logins that nobody
 * finishes take no memory and none of them displaces another. The store keeps a mark of each login that was finished until its
 * cookie has expired, and what a SAML provider's form has brought until the browser comes for it.
 */
export class PendingLogins {
  readonly #store: SessionStore
  readonly #ring: KeyRing
  readonly #clock: () => number

  /** @param clock milliseconds since 1970 */
  constructor(store: SessionStore, ring: KeyRing, clock: () => number) {
    this.#store = store
    this.#ring = ring
    this.#clock = clock
  }

  /** @param login without `until` */
  seal(state: string, login: Omit<PendingLogin, 'until'>): LoginCookie {
    const now = this.#clock()
    const pending: PendingLogin = { ...login, until: now + LOGIN_TIME }
    const sealed = this.#sealed(state, pending)
    return {
      // Names sort by age.
      name: `${Math.floor(now / 1000).toString(36)}-${idOf(state)}`,
      value: sealed.length <= MOST_COOKIE ? sealed : this.#sealed(state, { ...pending, returnTo: '/' }),
    }
  }

  /** The login of a `state` that this browser began; null: it has none, or the time is over. */
  open(state: string, cookies: readonly LoginCookie[]): { readonly pending: PendingLogin; readonly cookie: string } | null {
    const [found, ...others] = cookies.filter(({ name }) => name.endsWith(`-${idOf(state)}`))
    if (found === undefined || others.length > 0) return null
    const text = this.#ring.open(found.value, placeOf(state))
    if (text === null) return null
    const pending = JSON.parse(text) as PendingLogin
    return this.#clock() < pending.until ? { pending, cookie: found.name } : null
  }

  /**
   * Returns the `RelayState` of a login, from which `stateIn` gets its `state`: 73 of the 80 bytes that it may have
   * (saml-bindings, section 3.4.3).
   */
  relayState(state: string): string {
    const text = `${state}.${Math.ceil((this.#clock() + LOGIN_TIME) / 1000).toString(36)}`
    return `${text}.${this.#ring.mac(text, RELAY_STATE)}`
  }

  /** Returns the `state` of a login that began here and has time left. Null: the `RelayState` is of no such login. */
  stateIn(relayState: string): string | null {
    const [state = '', until = '', mac = '', ...others] = relayState.split('.')
    if (!isHandle(state) || others.length > 0) return null
    if (!this.#ring.hasMac(mac, `${state}.${until}`, RELAY_STATE)) return null
    return this.#clock() < Number.parseInt(until, 36) * 1000 ? state : null
  }

  /**
   * Marks a login as taken by an attempt to finish it. Returns false if another attempt has taken it. Rejects with
   * `StoreUnavailable`; the store may have set the mark even then.
   *
   * @param attempt a random value
   */
  async take(state: string, { until }: PendingLogin, attempt: string): Promise<boolean> {
    return await this.#store.add(storeKey('login', state), attempt, until - this.#clock() + CLOCK_MARGIN)
  }

  /** Removes the mark if this attempt set it, so that an attempt that failed does not use up the login. */
  async release(state: string, attempt: string): Promise<void> {
    await this.#store.release(storeKey('login', state), attempt)
  }

  /** Keeps what a form has brought; the ticket to come for it with. Rejects with `SessionsFull` and `StoreUnavailable`. */
  async receive(received: ReceivedLogin): Promise<string> {
    const ticket = newHandle()
    const key = storeKey('received', ticket)
    const { subject, sid } = received.grant
    const isKept = await this.#store.put(key, this.#ring.seal(JSON.stringify(received), key), {
      until: this.#clock() + RECEIVED_TIME,
      // Somebody may sign out at the provider meanwhile.
      tags: tagsOf(received, subject, sid),
      groups: [{ name: `received of ${ownerOf(received, subject).subject}`, most: MOST_RECEIVED }],
      owner: ownerOf(received, subject),
    })
    if (!isKept) throw new SessionsFull()
    return ticket
  }

  /** Null: there is none, or no longer. Rejects with `StoreUnavailable`. */
  async received(ticket: string): Promise<ReceivedLogin | null> {
    const key = storeKey('received', ticket)
    const sealed = await this.#store.get(key)
    const text = sealed === null ? null : this.#ring.open(sealed, key)
    return text === null ? null : (JSON.parse(text) as ReceivedLogin)
  }

  /** False: somebody else has just come for it. Rejects with `StoreUnavailable`. */
  async takeReceived(ticket: string): Promise<boolean> {
    return (await this.#store.take(storeKey('received', ticket))) !== null
  }

  #sealed(state: string, pending: PendingLogin): string {
    return this.#ring.seal(JSON.stringify(pending), placeOf(state))
  }
}

/** Where a sealed login belongs: it opens for its own `state` alone. */
function placeOf(state: string): string {
  return `login cookie\n${state}`
}

function idOf(state: string): string {
  return digestOf(state).slice(0, 10)
}
