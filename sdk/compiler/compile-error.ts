export type CompileProblem = 'files' | 'source-name' | 'key' | 'bundle' | 'policy'

/** What was asked cannot be done, whatever the policy says: a file that is not there, a key that is none. */
export class CompileError extends Error {
  /** Stable. */
  readonly code: CompileProblem
  constructor(code: CompileProblem, message: string) {
    super(message)
    this.name = 'CompileError'
    this.code = code
  }
}
