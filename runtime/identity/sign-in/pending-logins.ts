import { digestOf, isHandle, type KeyRing, newHandle, type SessionStore, storeKey } from '../sessions/index.ts'
import { ownerOf, SessionsFull, tagsOf } from './kept-sessions.ts'
import type { PendingLogin, ReceivedLogin } from './session.ts'

/** Milliseconds within which a login must be completed. */
export const LOGIN_TIME = 600_000
/** Milliseconds for which a finished login stays marked after its cookie has expired, for proxies whose clocks are behind. */
const CLOCK_MARGIN = 60_000
/** Milliseconds in which the browser must return after a provider's form. */
const RECEIVED_TIME = 60_000
/** Maximum number of stored responses for a subject. */
const MOST_RECEIVED = 20
/**
 * Maximum length of a cookie value in characters. Browsers drop cookies over 4096 bytes with name and attributes (RFC 6265bis,
 * section 5.6).
 */
const MOST_COOKIE = 3900

/** Purpose of the MAC of a `RelayState`. */
const RELAY_STATE = 'relay state'

/** A cookie of a pending login. `name` is the part after the cookie prefix. */
export interface LoginCookie {
  readonly name: string
  readonly value: string
}

/**
 * Logins that have begun but not finished. Each is encrypted in a cookie of its browser, so abandoned logins use no memory and
 * cannot displace others. The store holds marks of finished logins until their cookies expire, and SAML responses until the
 * browser returns.
 */
export class PendingLogins {
  readonly #store: SessionStore
  readonly #ring: KeyRing
  readonly #clock: () => number

  /**
   * Creates an object that seals, opens and finishes pending logins.
   *
   * @param clock returns milliseconds since 1970
   */
  constructor(store: SessionStore, ring: KeyRing, clock: () => number) {
    this.#store = store
    this.#ring = ring
    this.#clock = clock
  }

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

  /** Decrypts the login with the given `state` from the browser's cookies. Returns `null` if there is none or it has expired. */
  open(state: string, cookies: readonly LoginCookie[]): { readonly pending: PendingLogin; readonly cookie: string } | null {
    const [found, ...others] = cookies.filter(({ name }) => name.endsWith(`-${idOf(state)}`))
    if (found === undefined || others.length > 0) return null
    const text = this.#ring.open(found.value, placeOf(state))
    if (text === null) return null
    const pending = JSON.parse(text) as PendingLogin
    return this.#clock() < pending.until ? { pending, cookie: found.name } : null
  }

  /**
   * Returns the SAML `RelayState` of a login: its `state`, expiry and a MAC. It takes 73 of the allowed 80 bytes (saml-bindings,
   * section 3.4.3). `stateIn` reverses it.
   */
  relayState(state: string): string {
    const text = `${state}.${Math.ceil((this.#clock() + LOGIN_TIME) / 1000).toString(36)}`
    return `${text}.${this.#ring.mac(text, RELAY_STATE)}`
  }

  /**
   * Returns the `state` of the login for which `relayState` made a value. Returns `null` if the value is not of this proxy or the
   * login has expired.
   */
  stateIn(relayState: string): string | null {
    const [state = '', until = '', mac = '', ...others] = relayState.split('.')
    if (!isHandle(state) || others.length > 0) return null
    if (!this.#ring.hasMac(mac, `${state}.${until}`, RELAY_STATE)) return null
    return this.#clock() < Number.parseInt(until, 36) * 1000 ? state : null
  }

  /**
   * Reserves a login for one attempt to finish it, so that its callback URL works only once. Returns false if another attempt has
   * reserved it.
   *
   * @param attempt random ID of the attempt
   * @throws StoreUnavailable; the mark may be set even then
   */
  async take(state: string, { until }: PendingLogin, attempt: string): Promise<boolean> {
    return await this.#store.add(storeKey('login', state), attempt, until - this.#clock() + CLOCK_MARGIN)
  }

  /** Ends the reservation of a login by a failed attempt, so that the login can be tried again. */
  async release(state: string, attempt: string): Promise<void> {
    await this.#store.release(storeKey('login', state), attempt)
  }

  /**
   * Encrypts and stores a provider's response until the browser returns. Returns a random ticket by which the browser refers to
   * it.
   *
   * @throws SessionsFull if there is no space for it
   * @throws StoreUnavailable if the store does not respond
   */
  async receive(received: ReceivedLogin): Promise<string> {
    const ticket = newHandle()
    const key = storeKey('received', ticket)
    const { subject, sid } = received.grant
    const isKept = await this.#store.put(key, this.#ring.seal(JSON.stringify(received), key), {
      until: this.#clock() + RECEIVED_TIME,
      // The person may sign out at the provider meanwhile.
      tags: tagsOf(received, subject, sid),
      groups: [{ name: `received of ${ownerOf(received, subject).subject}`, most: MOST_RECEIVED }],
      owner: ownerOf(received, subject),
    })
    if (!isKept) throw new SessionsFull()
    return ticket
  }

  /**
   * Returns the provider's response that `receive` stored for a ticket, or `null` if there is none.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async received(ticket: string): Promise<ReceivedLogin | null> {
    const key = storeKey('received', ticket)
    const sealed = await this.#store.get(key)
    const text = sealed === null ? null : this.#ring.open(sealed, key)
    return text === null ? null : (JSON.parse(text) as ReceivedLogin)
  }

  /**
   * Removes the stored response of a ticket. Returns false if another attempt has removed it.
   *
   * @throws StoreUnavailable if the store does not respond
   */
  async takeReceived(ticket: string): Promise<boolean> {
    return (await this.#store.take(storeKey('received', ticket))) !== null
  }

  #sealed(state: string, pending: PendingLogin): string {
    return this.#ring.seal(JSON.stringify(pending), placeOf(state))
  }
}

/** Returns the place for which a login is sealed, which binds it to its `state`. */
function placeOf(state: string): string {
  return `login cookie\n${state}`
}

function idOf(state: string): string {
  return digestOf(state).slice(0, 10)
}
