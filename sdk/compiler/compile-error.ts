/**
 * Reasons for which a call of the compiler cannot be carried out. Codes are stable.
 *
 * - `files`: a path does not exist or cannot be read.
 * - `source-name`: a name that no bundle can hold, two sources of one name, or no source whose name ends in `.iap`.
 * - `key`: a signing key is not a private Ed25519 key.
 * - `too-large`: the bundle would be larger than proxies accept.
 * - `bundle`: `createPlanner` refused the bundle.
 * - `policy`: the policies given to `createPlanner` have errors, which `compile` reports.
 */
export type CompileProblem = 'files' | 'source-name' | 'key' | 'too-large' | 'bundle' | 'policy'

/**
 * Thrown if a call cannot be carried out for any policy: a missing file, an invalid key.
 *
 * @example
 * ```ts
 * import { CompileError, compile } from 'iap-proxy/compiler'
 *
 * try {
 *   await compile({ files: ['missing.iap'] })
 * } catch (error) {
 *   if (!(error instanceof CompileError)) throw error
 *   console.log(error.code) // files
 * }
 * ```
 */
export class CompileError extends Error {
  /** Reason for the error, stable across versions. */
  readonly code: CompileProblem
  /**
   * Creates the error.
   *
   * @param code reason for the error
   * @param message one sentence, without a full stop
   */
  constructor(code: CompileProblem, message: string) {
    super(message)
    this.name = 'CompileError'
    this.code = code
  }
}
