import type { Log } from '../../../base/log.ts'
import type { AssertionConfig } from '../../../identity/assertion/create-assertion-signer.ts'
import { AssertionStateError, type KeyFile, openKeyFile, type StoredKey } from '../../../identity/assertion/key-file.ts'
import { createSigningKeys, type SigningKeys } from '../../../identity/assertion/signing-keys.ts'

/** Milliseconds between two looks at whether a key has followed: it is published long before it signs. */
const LOOK = 60_000

/**
 * The keys that assertions are signed with, made and rotated in one place, so that any worker's key set has the key of any
 * worker's assertion, and so has that of the next configuration.
 */
export class SharedKeys {
  readonly #log: Log
  readonly #clock: () => number
  #keys: SigningKeys | null = null
  /** Where the configuration names no folder: what outlives it. */
  #kept: readonly StoredKey[] = []
  #last = ''
  readonly #timer: NodeJS.Timeout

  constructor(log: Log, onChange: (keys: readonly StoredKey[]) => void, clock: () => number = Date.now) {
    this.#log = log
    this.#clock = clock
    this.#timer = setInterval(() => {
      const keys = this.#keys?.stored(this.#clock())
      if (keys !== undefined && this.#isNews(keys)) onChange(keys)
    }, LOOK).unref()
  }

  /** Those that a configuration tells of; null where they cannot be had. */
  open({ state, rotation, lifetime }: AssertionConfig): SigningKeys | null {
    const memory: KeyFile = {
      read: () => this.#kept,
      write: (keys) => {
        this.#kept = keys
      },
    }
    const file = state === null ? memory : openKeyFile(state)
    try {
      return createSigningKeys({ rotation, lifetime, file, log: this.#log }, this.#clock())
    } catch (error) {
      if (!(error instanceof AssertionStateError)) throw error
      return null
    }
  }

  /** It is these that are rotated from now on. */
  use(keys: SigningKeys): void {
    this.#keys = keys
    this.#isNews(keys.stored(this.#clock()))
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #isNews(keys: readonly StoredKey[]): boolean {
    const now = keys.map(({ jwk }) => jwk.x).join()
    const isNews = now !== this.#last
    this.#last = now
    return isNews
  }
}
