import { type FileWatch, watchFile } from '../base/watch-file.ts'

export interface WatchedValueOptions<T> {
  /** Milliseconds between two looks. */
  readonly interval?: number
  /**
   * What the content of the file is; `message` goes after the name of the file.
   *
   * @param before what counts; null: nothing yet
   */
  read(
    bytes: Uint8Array,
    before: T | null,
  ): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }
  /** After the first look: it was changed, and is good. */
  onTaken(value: T): void
  /** After the first look, once for each new reason: it was changed and is not good, so that what it was before still counts. */
  onRefused(message: string): void
}

/** What a watched file holds, as it was when it was good the last time. */
export class WatchedValue<T> {
  /** Null: it never was good. */
  current: T | null = null
  /** Why the file is not good now; null: it is. `message`: one sentence, which names the file. */
  refusal: { readonly fault: 'content' | 'environment'; readonly message: string } | null = null
  readonly #options: WatchedValueOptions<T>
  readonly #watch: FileWatch
  #begun = false

  private constructor(file: string, options: WatchedValueOptions<T>) {
    const { interval } = options
    this.#options = options
    this.#watch = watchFile(file, {
      ...(interval !== undefined && { interval }),
      onContent: async (bytes) => {
        const read = options.read(bytes, this.current)
        if (!read.ok) return void this.#refuse('content', `\`${file}\` ${read.message}`)
        this.current = read.value
        this.refusal = null
        if (this.#begun) options.onTaken(read.value)
      },
      onProblem: (_, message) => this.#refuse('environment', message),
    })
  }

  /** Has looked once when it is settled. */
  static async open<T>(file: string, options: WatchedValueOptions<T>): Promise<WatchedValue<T>> {
    const made = new WatchedValue(file, options)
    await made.#watch.ready
    made.#begun = true
    return made
  }

  async close(): Promise<void> {
    await this.#watch.close()
  }

  #refuse(fault: 'content' | 'environment', message: string): void {
    this.refusal = { fault, message }
    if (this.#begun) this.#options.onRefused(message)
  }
}
