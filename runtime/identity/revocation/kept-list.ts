import { aboutOf, type Change, covers, MOST_REVOCATIONS, type Revocation, type RevokedFrom } from './revocation.ts'

/** Ratio of a sender's revocations to the free space. A single sender gets 7/8 at most, so that others always find space. */
const SHARE = 7

/**
 * An in-memory list of all revocations, indexed by ID, by revoked subject or credential, and by end. A change takes logarithmic
 * time at most.
 */
export class KeptList {
  readonly #clock: () => number
  readonly #byId = new Map<string, Revocation>()
  readonly #about = new Map<string, Set<Revocation>>()
  /** Number of revocations by author. */
  readonly #made = new Map<string, number>()
  /** A binary heap by `until`. Removed revocations stay in it until it is rebuilt. */
  #ends: Revocation[] = []

  /**
   * Creates a list with the given revocations.
   *
   * @param clock returns milliseconds since 1970
   */
  constructor(clock: () => number, list: Iterable<Revocation> = []) {
    this.#clock = clock
    for (const one of list) this.#add(one)
  }

  get size(): number {
    return this.#byId.size
  }

  get all(): readonly Revocation[] {
    const now = this.#clock()
    return [...this.#byId.values()].filter(({ until }) => now < until)
  }

  /**
   * Returns all revocations in the list. The result can be iterated in slices: it includes revocations that are added during the
   * iteration, and omits those that are removed.
   */
  live(): Iterable<Revocation> {
    return this.#byId.values()
  }

  get(id: string): Revocation | null {
    const found = this.#byId.get(id)
    return found !== undefined && this.#clock() < found.until ? found : null
  }

  /**
   * Returns the IDs of revocations that can be removed when new ones are added, because they have ended or the new ones cover
   * them.
   */
  replacedBy(revocations: readonly Revocation[]): readonly string[] {
    const gone = new Set<string>()
    const ended = this.#popEnded()
    for (const one of ended) {
      gone.add(one.id)
      this.#pushEnd(one)
    }
    for (const revocation of revocations)
      for (const one of this.#about.get(aboutOf(revocation)) ?? []) if (covers(revocation, one)) gone.add(one.id)
    // A revocation that is added again does not replace itself.
    for (const { id } of revocations) gone.delete(id)
    return [...gone]
  }

  #popEnded(): readonly Revocation[] {
    const now = this.#clock()
    const ended: Revocation[] = []
    for (
      let first = this.#ends[0];
      first !== undefined && first.until <= now && ended.length < MOST_AT_ONCE;
      first = this.#ends[0]
    ) {
      this.#popEnd()
      if (this.#byId.get(first.id) === first) ended.push(first)
    }
    return ended
  }

  /**
   * Returns whether the list has space for new revocations after those with the IDs `gone` are removed. Operators have a reserve
   * that security events cannot use.
   */
  hasRoom(revocations: readonly Revocation[], gone: readonly string[], from: RevokedFrom): boolean {
    if (revocations.length <= gone.length) return true
    const size = this.#byId.size + revocations.length - gone.length
    if (size > MOST_REVOCATIONS[from]) return false
    if (from === 'operator') return true
    const [first] = revocations
    const own = (this.#made.get(first?.by ?? '') ?? 0) + revocations.length - gone.length
    return own <= SHARE * (MOST_REVOCATIONS.event - size)
  }

  apply({ added, removed }: Change): Change {
    const gone = removed.filter((id) => this.#remove(id))
    const come = added.filter((one) => !this.#byId.has(one.id))
    for (const one of come) this.#add(one)
    return { added: come, removed: gone }
  }

  #add(one: Revocation): void {
    this.#byId.set(one.id, one)
    const about = aboutOf(one)
    this.#about.set(about, (this.#about.get(about) ?? new Set()).add(one))
    this.#made.set(one.by, (this.#made.get(one.by) ?? 0) + 1)
    this.#pushEnd(one)
  }

  #remove(id: string): boolean {
    const one = this.#byId.get(id)
    if (one === undefined) return false
    this.#byId.delete(id)
    const about = aboutOf(one)
    const others = this.#about.get(about)
    others?.delete(one)
    if (others?.size === 0) this.#about.delete(about)
    const made = (this.#made.get(one.by) ?? 1) - 1
    if (made > 0) this.#made.set(one.by, made)
    else this.#made.delete(one.by)
    if (this.#ends.length > 2 * this.#byId.size + 1000) this.#ends = [...this.#byId.values()].sort((a, b) => a.until - b.until)
    return true
  }

  #pushEnd(one: Revocation): void {
    const heap = this.#ends
    let place = heap.push(one) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = heap[above] as Revocation
      if (other.until <= one.until) break
      heap[place] = other
      place = above
    }
    heap[place] = one
  }

  #popEnd(): void {
    const heap = this.#ends
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      const [left, right] = [heap[below], heap[below + 1]]
      if (left === undefined) break
      if (right !== undefined && right.until < left.until) below++
      const sooner = heap[below] as Revocation
      if (last.until <= sooner.until) break
      heap[place] = sooner
      place = below
    }
    heap[place] = last
  }
}

/** Maximum number of ended revocations that one change removes. The others wait for the next change. */
const MOST_AT_ONCE = 1000
