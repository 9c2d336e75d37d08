import { displayName } from '../base/foreign-text.ts'

/** Maximum number of names, and characters of a subject whose name is kept. */
const MOST = { names: 2000, subject: 500 }

/**
 * A bounded memory of callers' names for the dashboard. A name is noted when a credential is verified, which happens once for
 * many requests, so that requests and audit records need none.
 */
export class CallerNames {
  readonly #claims: ReadonlyMap<string, string>
  readonly #names = new Map<string, string>()

  /**
   * Creates an empty memory.
   *
   * @param claims the name of the claim with a caller's name, by identity
   */
  constructor(claims: ReadonlyMap<string, string>) {
    this.#claims = claims
  }

  note(identity: string, subject: string | null, claims: Readonly<Record<string, unknown>>): void {
    const claim = this.#claims.get(identity)
    if (claim === undefined || subject === null || subject.length > MOST.subject) return
    const key = keyOf(identity, subject)
    const name = displayName(claim, claims)
    this.#names.delete(key)
    if (name === null) return
    this.#names.set(key, name)
    if (this.#names.size > MOST.names) this.#names.delete(this.#names.keys().next().value as string)
  }

  /** Returns the name of a caller who was verified lately, or `null` if it is unknown. */
  of(identity: string, subject: string): string | null {
    return this.#names.get(keyOf(identity, subject)) ?? null
  }
}

function keyOf(identity: string, subject: string): string {
  return `${identity}\n${subject}`
}
