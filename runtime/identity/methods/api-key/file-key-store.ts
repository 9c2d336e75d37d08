import { type FileWatch, watchFile } from '../../../base/watch-file.ts'
import { type KeyRecord, readApiKeyFile } from './api-key-file.ts'

/** Where keys are looked up by their ids. A file now; what asks a server answers by a promise. */
export interface KeyStore {
  /** Null: there is none of that id. */
  find(id: string): KeyRecord | null | Promise<KeyRecord | null>
  /** Whether the record is what there is of its key now. Asked for each request: at once, by what is known here. */
  holds(record: KeyRecord): boolean
  close(): Promise<void>
}

export interface FileKeyStoreOptions {
  /** Of the secret that its keys must be stored under. */
  readonly fingerprint: string
  /** Milliseconds between two looks. */
  readonly interval?: number
  /** After the first look: it was changed, and is good. */
  onTaken(keys: number): void
  /** After the first look, once for each new reason: it was changed and is not good, so that what it was before still counts. */
  onRefused(message: string): void
}

export interface FileRefusal {
  readonly fault: 'content' | 'environment'
  /** One sentence, which names the file. */
  readonly message: string
}

/** The keys of a file of `iap key`, as it was when it was good the last time. */
export class FileKeyStore implements KeyStore {
  /** Of the first look: why there are no keys. */
  refusal: FileRefusal | null = null
  readonly #file: string
  readonly #options: FileKeyStoreOptions
  #records: ReadonlyMap<string, KeyRecord> = new Map()
  #watch: FileWatch | null = null
  #begun = false

  private constructor(file: string, options: FileKeyStoreOptions) {
    this.#file = file
    this.#options = options
  }

  /** Has looked once when it is settled. */
  static async open(file: string, options: FileKeyStoreOptions): Promise<FileKeyStore> {
    const { interval } = options
    const store = new FileKeyStore(file, options)
    store.#watch = watchFile(file, {
      ...(interval !== undefined && { interval }),
      onContent: async (bytes) => store.#read(bytes),
      onProblem: (_, message) => store.#refuse({ fault: 'environment', message }),
    })
    await store.#watch.ready
    store.#begun = true
    return store
  }

  find(id: string): KeyRecord | null {
    return this.#records.get(id) ?? null
  }

  holds(record: KeyRecord): boolean {
    return this.#records.get(record.id) === record
  }

  async close(): Promise<void> {
    await this.#watch?.close()
  }

  #read(bytes: Uint8Array): void {
    const read = readApiKeyFile(bytes)
    if (!read.ok) return void this.#refuse({ fault: 'content', message: `\`${this.#file}\` ${read.message}` })
    const { hmacKey, keys } = read.file
    if (hmacKey !== this.#options.fingerprint) {
      const message = `\`${this.#file}\` holds keys that were stored under another secret than \`hmacKey\``
      return void this.#refuse({ fault: 'content', message })
    }
    const before = this.#records
    // What has not changed stays the same object: callers who were recognized by it still are.
    this.#records = new Map(keys.map((key) => [key.id, same(before.get(key.id), key)]))
    this.refusal = null
    if (this.#begun) this.#options.onTaken(keys.length)
  }

  #refuse(refusal: FileRefusal): void {
    this.refusal = refusal
    if (this.#begun) this.#options.onRefused(refusal.message)
  }
}

function same(before: KeyRecord | undefined, now: KeyRecord): KeyRecord {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now
}
