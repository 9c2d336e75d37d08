import { type KeyRing, newHandle, type SessionStore, storeKey } from '../../sessions/index.ts'
import { addressBlock } from './address-block.ts'
import { ownerOf, SessionsFull, tagsOf } from './kept-sessions.ts'
import type { PendingLogin, ReceivedLogin } from './session.ts'

/** Milliseconds that a person has to sign in. */
export const LOGIN_TIME = 600_000
/** That a browser has to come for what a provider's form has brought. */
const RECEIVED_TIME = 60_000
/** That a browser comes for, of one subject. */
const MOST_RECEIVED = 20
/** Logins that are under way, of one address and of all. */
const MOST_LOGINS = { address: 100, all: 20_000 }

/** `login`: the provider is to answer, by its `state`. `received`: it has answered by a form, and the browser is to come for it, by a ticket. */
export type LoginKind = 'login' | 'received'

export interface UnderWay {
  readonly login: PendingLogin
  readonly received: ReceivedLogin
}

/** Logins that have begun and not ended, sealed in the store: any process may end them, each once. Everything rejects with `StoreUnavailable`. */
export class LoginsUnderWay {
  readonly #store: SessionStore
  readonly #ring: KeyRing
  readonly #clock: () => number

  /** @param clock milliseconds since 1970 */
  constructor(store: SessionStore, ring: KeyRing, clock: () => number) {
    this.#store = store
    this.#ring = ring
    this.#clock = clock
  }

  /** @param source the client's address */
  async begin(state: string, pending: PendingLogin, source: string): Promise<void> {
    const key = storeKey('login', state)
    await this.#store.put(key, this.#ring.seal(JSON.stringify(pending), key), {
      until: this.#clock() + LOGIN_TIME,
      groups: [
        { name: `logins of ${addressBlock(source)}`, most: MOST_LOGINS.address },
        { name: 'logins', most: MOST_LOGINS.all },
      ],
    })
  }

  /** The ticket. Rejects with `SessionsFull`. */
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

  /** Null: there is none, or no longer. */
  async look<Kind extends LoginKind>(kind: Kind, handle: string): Promise<UnderWay[Kind] | null> {
    const key = storeKey(kind, handle)
    const sealed = await this.#store.get(key)
    const text = sealed === null ? null : this.#ring.open(sealed, key)
    return text === null ? null : (JSON.parse(text) as UnderWay[Kind])
  }

  /** False: somebody else has just ended it. */
  async take(kind: LoginKind, handle: string): Promise<boolean> {
    return (await this.#store.take(storeKey(kind, handle))) !== null
  }
}
