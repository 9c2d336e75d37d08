export interface BundleSource {
  readonly ready: Promise<void>
  /** Polls now, and offers the bundle even if it is unchanged. */
  look(): void
  /** Stops polling. No callback follows its resolution. */
  close(): Promise<void>
}

export type SourceProblemCode = 'source-missing' | 'source-unreadable'

export interface SourceListener {
  /** Handles a bundle. The next is not fetched before it resolves. `again`: offer the bundle again later. */
  onBundle(bytes: Uint8Array): Promise<'again' | null>
  /** Called when the bundle is unchanged. */
  onSame(): void
  /** Receives a problem, once for each new one. */
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
