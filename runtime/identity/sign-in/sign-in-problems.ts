import type { Log } from '../../base/log.ts'

/** Milliseconds between two log lines about the same problem of an identity. */
const QUIET = 60_000

/**
 * Tells operators what only they can mend: claims that do not fit the policy, a client that the provider does not accept. Whoever
 * signs in can repeat such a problem at will, so each is logged once a minute for an identity; the audit log has a record of each
 * login.
 */
export class SignInProblems {
  readonly #log: Log
  readonly #monotonic: () => number
  readonly #told = new Map<string, number>()

  /** @param monotonic milliseconds */
  constructor(log: Log, monotonic: () => number) {
    this.#log = log
    this.#monotonic = monotonic
  }

  /**
   * @param of an identity or an issuer
   * @param what a constant: so what is remembered is bounded
   */
  tell(of: { readonly identity: string } | { readonly issuer: string }, what: string, detail: string): void {
    const key = `${JSON.stringify(of)} ${what}`
    const now = this.#monotonic()
    if (now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET) return
    this.#told.set(key, now)
    this.#log.warn(what, { ...of, detail })
  }
}
