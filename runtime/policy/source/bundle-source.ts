export interface BundleSource {
  readonly ready: Promise<void>
  /** Polls now, and offers the bundle even if it is unchanged. */
  look(): void
  /** Stops polling. After the promise resolves, no callback is called. */
  close(): Promise<void>
}

export type SourceProblemCode = 'source-missing' | 'source-unreadable'

export interface SourceListener {
  /**
   * Handles a new bundle. The source fetches no other bundle before the promise resolves. If it resolves to `again`, the source
   * offers the same bundle again later.
   */
  onBundle(bytes: Uint8Array): Promise<'again' | null>
  /** Called after a check that found the bundle unchanged. */
  onSame(): void
  /** Receives the reason why the source has no usable bundle. Called once for each new reason. */
  onProblem(code: SourceProblemCode, message: string): void
}

/** Error for a source without a usable bundle. The message is logged and holds no secret. */
export class SourceProblem extends Error {
  readonly code: SourceProblemCode

  constructor(code: SourceProblemCode, message: string) {
    super(message)
    this.name = 'SourceProblem'
    this.code = code
  }
}
