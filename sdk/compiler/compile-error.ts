export type CompileProblem = 'files' | 'source-name' | 'key' | 'bundle' | 'policy'

/** Thrown if a request cannot be carried out whatever the policy says: a missing file, an invalid key. */
export class CompileError extends Error {
  readonly code: CompileProblem
  constructor(code: CompileProblem, message: string) {
    super(message)
    this.name = 'CompileError'
    this.code = code
  }
}
