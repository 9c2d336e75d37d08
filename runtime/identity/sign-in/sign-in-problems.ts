import type { Log } from '../../base/log.ts'

/** Milliseconds between two log lines about the same problem of an identity. */
const QUIET = 60_000

/**
 * A log of sign-in problems that only operators can fix, such as claims that do not match the policy, or a client that the
 * provider rejects. Users can repeat them at will, so each is logged once a minute for each identity. The audit log records
 * every login.
 */
export class SignInProblems {
  readonly #log: Log
  readonly #monotonic: () => number
  readonly #told = new Map<string, number>()

  /**
   * Creates a log without earlier problems.
   *
   * @param monotonic returns monotonic milliseconds
   */
  constructor(log: Log, monotonic: () => number) {
    this.#log = log
    this.#monotonic = monotonic
  }

  /**
   * Logs a problem unless it was logged within the last minute.
   *
   * @param of identity or issuer that the problem concerns
   * @param what fixed name of the problem; as there are few names, memory is bounded
   */
  tell(of: { readonly identity: string } | { readonly issuer: string }, what: string, detail: string): void {
    const key = `${JSON.stringify(of)} ${what}`
    const now = this.#monotonic()
    if (now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET) return
    this.#told.set(key, now)
    this.#log.warn(what, { ...of, detail })
  }
}
