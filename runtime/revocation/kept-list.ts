import { type Change, covers, type Revocation } from './revocation.ts'

/** All revocations by id, those that are over left out as soon as somebody looks. */
export class KeptList {
  readonly #clock: () => number
  #byId: ReadonlyMap<string, Revocation>

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number, list: readonly Revocation[]) {
    this.#clock = clock
    this.#byId = new Map(list.map((one) => [one.id, one]))
  }

  get all(): readonly Revocation[] {
    const now = this.#clock()
    return [...this.#byId.values()].filter(({ until }) => now < until)
  }

  get(id: string): Revocation | null {
    const found = this.#byId.get(id)
    return found !== undefined && this.#clock() < found.until ? found : null
  }

  /** What is no longer needed once these are there, besides those that are over: what they say as well. */
  replacedBy(revocations: readonly Revocation[]): readonly string[] {
    const now = this.#clock()
    const over = [...this.#byId.values()].filter(
      (one) => now >= one.until || revocations.some((revocation) => covers(revocation, one)),
    )
    return over.map(({ id }) => id)
  }

  /** What becomes of it. */
  changeTo(list: readonly Revocation[]): Change {
    const next = new Map(list.map((one) => [one.id, one]))
    const removed = [...this.#byId.keys()].filter((id) => !next.has(id))
    const added = list.filter(({ id }) => !this.#byId.has(id))
    this.#byId = next
    return { added, removed }
  }
}
