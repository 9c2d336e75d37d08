import type { Log } from '../../../base/log.ts'
import type { AssertionConfig } from '../../../identity/assertion/create-assertion-signer.ts'
import { AssertionStateError, type KeyFile, openKeyFile, type StoredKey } from '../../../identity/assertion/key-file.ts'
import { createSigningKeys, type SigningKeys } from '../../../identity/assertion/signing-keys.ts'

/** Milliseconds between two checks for a new key, which is published long before it signs. */
const LOOK = 60_000

/**
 * The signing keys of assertions, shared by all workers and kept across reloads. The supervisor creates and rotates them, so
 * that each worker's key set verifies the assertions of all workers.
 */
export class SharedKeys {
  readonly #log: Log
  readonly #clock: () => number
  #keys: SigningKeys | null = null
  /** Keys in memory that survive reloads, if no folder is configured. */
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
