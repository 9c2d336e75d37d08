/** What offers bundles: a file, a server, a registry. */
export interface BundleSource {
  /** Settled after the first try, with what that led to. */
  readonly ready: Promise<void>
  /** It is asked now, and what is there offered, also what was offered before. */
  look(): void
  /** Nothing is called after it is settled. */
  close(): Promise<void>
}

export type SourceProblemCode = 'source-missing' | 'source-unreadable'

/** Whom a source tells. */
export interface SourceListener {
  /**
   * A bundle, one at a time: the next one is not fetched before the promise is settled. `again`: it is offered once more, later.
   */
  onBundle(bytes: Uint8Array): Promise<'again' | null>
  /** It still has what it gave last. */
  onSame(): void
  /** Once for each new reason why there is none. */
  onProblem(code: SourceProblemCode, message: string): void
}

/** Why a source has none. The message is logged, and shown to operators: it holds no secret. */
export class SourceProblem extends Error {
  readonly code: SourceProblemCode

  constructor(code: SourceProblemCode, message: string) {
    super(message)
    this.name = 'SourceProblem'
    this.code = code
  }
}
