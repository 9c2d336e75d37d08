import { type FileWatch, watchFile } from '../base/files/watch-file.ts'
export type FilesRead<T> =
  | { readonly ok: true; readonly value: T }
  /** `file`: index of the faulty one. `message` follows its name. */
  | { readonly ok: false; readonly file: number; readonly message: string }

export interface FilesRefusal {
  readonly file: number
  /** Cause of the refusal. `environment`: a file is unreadable. `content`: the content is invalid. */
  readonly fault: 'content' | 'environment'
  /** Description of the refusal in one sentence, with the name of the file. */
  readonly message: string
}

export interface LiveFilesOptions<T> {
  /** Milliseconds between two checks of the files for changes. */
  readonly interval?: number
  /** Parses the contents of all files, in the order of the files, into one value. */
  read(contents: readonly Buffer[]): FilesRead<T>
  /** Called with the new value after each valid change of the files, but not for the first read. */
  onTaken(value: T): void
  /** Called when changed files are invalid, once for each new reason. The earlier value stays in use. */
  onRefused(refusal: FilesRefusal): void
}

/** Maximum size of a file in bytes, above that of any chain or list of authorities. */
const MAX_SIZE = 4 << 20

/**
 * Watched files that are valid only together. A certificate and its key are replaced one after the other and mismatch in
 * between, so a problem is reported only after two checks without a change.
 */
export class LiveFiles<T> {
  /**
   * Value parsed from the latest valid contents of the files; `null` if they have never been valid. `refusal` then holds the
   * reason.
   */
  current: T | null = null
  refusal: FilesRefusal | null = null
  readonly #files: readonly string[]
  readonly #options: LiveFilesOptions<T>
  readonly #found: (Buffer | string | null)[]
  #watches: readonly FileWatch[] = []
  #timer: NodeJS.Timeout | null = null
  #begun = false
  #closed = false

  private constructor(files: readonly string[], options: LiveFilesOptions<T>) {
    this.#files = files
    this.#options = options
    this.#found = files.map(() => null)
  }

  /**
   * Reads files, and begins to watch them for changes. Resolves after the first read, even if the files are invalid; `refusal`
   * then holds the reason.
   */
  static async open<T>(files: readonly string[], options: LiveFilesOptions<T>): Promise<LiveFiles<T>> {
    const live = new LiveFiles(files, options)
    live.#watches = files.map((file, index) => live.#watch(file, index))
    await Promise.all(live.#watches.map(({ ready }) => ready))
    live.#look()
    live.#begun = true
    return live
  }

  /** Stops watching the files. After it has resolved, no callback is called. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await Promise.all(this.#watches.map((watch) => watch.close()))
  }

  #watch(file: string, index: number): FileWatch {
    const { interval } = this.#options
    return watchFile(file, {
      ...(interval !== undefined && { interval }),
      maxSize: MAX_SIZE,
      onContent: async (bytes) => this.#changed(index, Buffer.from(bytes)),
      onProblem: (_, message) => this.#changed(index, message),
    })
  }

  #changed(index: number, found: Buffer | string): void {
    this.#found[index] = found
    if (!this.#begun || this.#closed) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), 2 * (this.#options.interval ?? 200)).unref()
  }

  #look(): void {
    const result = this.#read()
    if ('fault' in result) {
      const isNew = result.message !== this.refusal?.message
      this.refusal = result
      if (isNew && this.#begun) this.#options.onRefused(result)
    } else {
      this.current = result.value
      this.refusal = null
      if (this.#begun) this.#options.onTaken(result.value)
    }
  }

  #read(): { readonly value: T } | FilesRefusal {
    const contents: Buffer[] = []
    for (const [file, found] of this.#found.entries()) {
      // It will be complete at the next check.
      if (found === null)
        return { file, fault: 'environment', message: `\`${this.#files[file]}\` changed while it was read: try again` }
      if (typeof found === 'string') return { file, fault: 'environment', message: found }
      contents.push(found)
    }
    const read = this.#options.read(contents)
    if (read.ok) return read
    return { file: read.file, fault: 'content', message: `\`${this.#files[read.file]}\` ${read.message}` }
  }
}
