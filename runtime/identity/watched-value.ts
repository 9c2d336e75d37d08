import { type FileWatch, watchFile } from '../base/files/watch-file.ts'

export interface WatchedValueOptions<T> {
  readonly interval?: number
  /**
   * Parses the content of the file. On an error, `message` is a text to be put after the name of the file.
   *
   * @param before current value, or `null` if there is none yet
   */
  read(
    bytes: Uint8Array,
    before: T | null,
  ): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }
  /** Receives the new value after each valid change of the file. It is not called for the first read. */
  onTaken(value: T): void
  /** Receives the reason when a change is invalid, once for each new reason. The earlier value stays in force. */
  onRefused(message: string): void
}

/**
 * The parsed content of a file, which is reloaded when the file changes. If the new content is invalid, the last valid value
 * stays in force.
 */
export class WatchedValue<T> {
  current: T | null = null
  /** Reason why the file is invalid now, or `null` if it is valid. `message` is one sentence with the name of the file. */
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

  /** Reads and parses a file, and watches it from then on. Resolves after the first read, even if the content is invalid. */
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
