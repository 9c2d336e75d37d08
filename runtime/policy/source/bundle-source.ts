export interface BundleSource {
  readonly ready: Promise<void>
  /** Polls now and offers whatever is there, known or not. */
  look(): void
  /** No callbacks follow its resolution. */
  close(): Promise<void>
}

export type SourceProblemCode = 'source-missing' | 'source-unreadable'

export interface SourceListener {
  /** Handles a bundle; the next is not fetched before it resolves. `again`: offer it again later. */
  onBundle(bytes: Uint8Array): Promise<'again' | null>
  /** Nothing has changed. */
  onSame(): void
  /** Called once for each new problem. */
  onProblem(code: SourceProblemCode, message: string): void
}

/** Why a source has no bundle. The message is logged and holds no secret. */
export class SourceProblem extends Error {
  readonly code: SourceProblemCode

  constructor(code: SourceProblemCode, message: string) {
    super(message)
    this.name = 'SourceProblem'
    this.code = code
  }
}
