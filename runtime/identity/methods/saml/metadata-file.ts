import { type FileWatch, watchFile } from '../../../base/watch-file.ts'
import { type IdpMetadata, readIdpMetadata } from './idp-metadata.ts'

export interface MetadataFileOptions {
  /** Milliseconds between two looks. */
  readonly interval?: number
  readonly isAllowed: (url: URL) => boolean
  /** After the first look. */
  onTaken(): void
  onRefused(message: string): void
}

/** The metadata of a provider, as its file was when it was good the last time. */
export class MetadataFile {
  /** Of the first look: why there is none. */
  refusal: { readonly fault: 'content' | 'environment'; readonly message: string } | null = null
  readonly #file: string
  readonly #options: MetadataFileOptions
  #metadata: IdpMetadata | null = null
  #watch: FileWatch | null = null
  #begun = false

  private constructor(file: string, options: MetadataFileOptions) {
    this.#file = file
    this.#options = options
  }

  /** Has looked once when it is settled. */
  static async open(file: string, options: MetadataFileOptions): Promise<MetadataFile> {
    const { interval } = options
    const made = new MetadataFile(file, options)
    made.#watch = watchFile(file, {
      ...(interval !== undefined && { interval }),
      onContent: async (bytes) => made.#read(bytes),
      onProblem: (_, message) => made.#refuse('environment', message),
    })
    await made.#watch.ready
    made.#begun = true
    return made
  }

  /** Only where there was no refusal. */
  get metadata(): IdpMetadata {
    if (this.#metadata === null) throw new Error('the metadata of a provider was never good')
    return this.#metadata
  }

  async close(): Promise<void> {
    await this.#watch?.close()
  }

  #read(bytes: Uint8Array): void {
    const read = readIdpMetadata(bytes, this.#options.isAllowed)
    if (!read.ok) return void this.#refuse('content', `\`${this.#file}\` ${read.message}`)
    const before = this.#metadata
    // Sessions are of a provider: another one in its place is another configuration.
    if (before !== null && before.entityId !== read.metadata.entityId)
      return void this.#refuse('content', `\`${this.#file}\` is about another provider than before`)
    this.#metadata = read.metadata
    if (this.#begun) this.#options.onTaken()
  }

  #refuse(fault: 'content' | 'environment', message: string): void {
    if (!this.#begun) this.refusal = { fault, message }
    else this.#options.onRefused(message)
  }
}
