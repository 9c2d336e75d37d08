/** Owner of an entry in the session store, to whom the memory of the entry is charged. */
export interface Owner {
  /** Digest of the identity's issuer and client, which stands for the identity. */
  readonly identity: string
  /** Digest of the identity and the subject, which stands for the subject. */
  readonly subject: string
}

interface SubjectUse {
  weight: number
  readonly entries: Map<string, number>
}

interface IdentityUse {
  weight: number
  readonly subjects: Map<string, SubjectUse>
  /** Subjects with more than one entry, by weight class. */
  readonly classes: Map<number, Set<SubjectUse>>
}

/**
 * Ratio of an identity's memory to the free memory: 7/8 at most for one identity (dynamic thresholds, Choudhury and Hahne
 * 1998).
 */
const SHARE = 7

/**
 * An accounting of the store's memory, which divides it among identities and subjects. If an identity's share is used up, the
 * oldest entry of its heaviest subject is evicted for a lighter subject. The only entry of a subject is never evicted for another
 * subject, and a subject of the same weight gets `full`. All operations take constant time.
 */
export class MemoryBudget {
  readonly #limit: number
  readonly #identities = new Map<string, IdentityUse>()
  #weight = 0

  /**
   * Creates a budget without entries.
   *
   * @param limit maximum total size of all entries in bytes
   */
  constructor(limit: number) {
    this.#limit = limit
  }

  add({ identity, subject }: Owner, key: string, weight: number): void {
    const use = this.#identities.get(identity) ?? { weight: 0, subjects: new Map(), classes: new Map() }
    this.#identities.set(identity, use)
    const one = use.subjects.get(subject) ?? { weight: 0, entries: new Map() }
    use.subjects.set(subject, one)
    declassify(use, one)
    one.entries.set(key, weight)
    this.#weigh(use, one, weight)
    classify(use, one)
  }

  remove({ identity, subject }: Owner, key: string): void {
    const use = this.#identities.get(identity)
    const one = use?.subjects.get(subject)
    const weight = one?.entries.get(key)
    if (use === undefined || one === undefined || weight === undefined) return
    declassify(use, one)
    one.entries.delete(key)
    this.#weigh(use, one, -weight)
    classify(use, one)
    if (one.entries.size > 0) return
    use.subjects.delete(subject)
    if (use.subjects.size === 0) this.#identities.delete(identity)
  }

  /**
   * Returns whether an entry of `weight` bytes can be stored: `null` if there is space, `full` if there is none, or the key of an
   * entry that must be evicted first.
   *
   * @param mayReserve whether the entry may use the reserve of other identities, as an existing entry that grows may
   */
  obstacle({ identity, subject }: Owner, weight: number, mayReserve: boolean): { readonly evict: string } | 'full' | null {
    const use = this.#identities.get(identity)
    const free = this.#limit - this.#weight - weight
    if (free >= 0 && (mayReserve || (use?.weight ?? 0) + weight <= SHARE * free)) return null
    const own = use?.subjects.get(subject)
    const heaviest = use === undefined ? null : heaviestOf(use)
    const victim = heaviest !== null && heaviest.class > classOf((own?.weight ?? 0) + weight) ? heaviest.subject : own
    const [oldest] = victim?.entries.keys() ?? []
    return oldest === undefined ? 'full' : { evict: oldest }
  }

  #weigh(use: IdentityUse, one: SubjectUse, weight: number): void {
    one.weight += weight
    use.weight += weight
    this.#weight += weight
  }
}

/** Returns the class of a weight. Weights within a fifth of each other share a class. */
function classOf(weight: number): number {
  return Math.floor(4 * Math.log2(weight + 1))
}

function classify({ classes }: IdentityUse, one: SubjectUse): void {
  if (one.entries.size < 2) return
  const name = classOf(one.weight)
  classes.set(name, (classes.get(name) ?? new Set()).add(one))
}

function declassify({ classes }: IdentityUse, one: SubjectUse): void {
  const name = classOf(one.weight)
  const members = classes.get(name)
  members?.delete(one)
  if (members?.size === 0) classes.delete(name)
}

/** Returns the heaviest subject of an identity, or `null` if every subject has only one entry. */
function heaviestOf({ classes }: IdentityUse): { readonly class: number; readonly subject: SubjectUse } | null {
  if (classes.size === 0) return null
  // There are fewer than 150 classes.
  const name = Math.max(...classes.keys())
  const [subject] = classes.get(name) ?? []
  return subject === undefined ? null : { class: name, subject }
}
