import type { ConstValue } from '../../../compiler/ir/index.ts'
import { showType, type Type } from '../../../language/checker/types/type.ts'
import { endsOf, positionOf } from '../classes/addresses.ts'
import { classesOf, holdsOf, type TermDomain } from '../classes/classes.ts'
import type { ValueClass } from '../classes/numbers.ts'
import { TooManyTextsError } from '../classes/texts/text-classes.ts'
import type { TermTest } from '../symbolic-domain.ts'
import { nameOfTest } from './atom-collector.ts'

/**
 * Limits for the number of classes of texts. The limit starts at `most`; each time it is exceeded, it is halved, but not below
 * `least`.
 */
export interface Patience {
  readonly most: number
  readonly least: number
}

/** Classes with neighboring numbers: from the first number up to the second, which is not included. */
export type ClassRun = readonly [from: number, to: number]

/**
 * A cache of the classes of values that tests distinguish, as many routes and callers have the same tests. Also remembers
 * exceeded limits.
 */
export class KnownClasses {
  readonly #known = new Map<string, readonly ValueClass[] | TooManyTextsError>()
  readonly #indexes = new WeakMap<readonly ValueClass[], ClassIndex>()
  readonly #patience: Patience | null
  #most: number | undefined

  /**
   * Creates an empty cache.
   *
   * @param patience the limits, shared by all lookups; null to use the default limit of a proof for each
   */
  constructor(patience: Patience | null = null) {
    this.#patience = patience
    this.#most = patience?.most
  }

  /**
   * Returns the classes into which some tests partition the values of a type. Tests give equal results for values of one class.
   *
   * @throws TooManyTextsError if the texts have too many classes
   */
  of(type: Type, tests: readonly TermTest[], domain: TermDomain): readonly ValueClass[] {
    const within = [domain.pattern, domain.values?.join(), domain.range?.map(String).join()]
    const key = JSON.stringify([showType(type), within, tests.map(nameOfTest)])
    const known = this.#known.get(key) ?? this.#find(type, tests, domain)
    this.#known.set(key, known)
    if (known instanceof TooManyTextsError) throw known
    return known
  }

  /**
   * Returns the run of classes whose values pass a test, found by an index; null if only a look at each class can tell. A text is
   * not found so unless it is compared for equality.
   */
  runOf(test: TermTest, classes: readonly ValueClass[]): ClassRun | null {
    if (test.kind === 'equal') {
      const at = this.#indexOf(classes).places.get(test.value)
      return at === undefined ? [0, 0] : [at, at + 1]
    }
    if (test.kind === 'less' && typeof test.value !== 'string')
      return [0, firstIndex(classes, ({ example }) => !holdsOf(test, example))]
    if (test.kind !== 'range') return null
    const { positions } = this.#indexOf(classes)
    const [first, last] = endsOf(test.range)
    return [firstIndex(positions, (at) => at >= first), firstIndex(positions, (at) => at > last)]
  }

  #indexOf(classes: readonly ValueClass[]): ClassIndex {
    const known = this.#indexes.get(classes) ?? new ClassIndex(classes)
    this.#indexes.set(classes, known)
    return known
  }

  #find(type: Type, tests: readonly TermTest[], domain: TermDomain): readonly ValueClass[] | TooManyTextsError {
    try {
      return classesOf(type, tests, domain, this.#most)
    } catch (error) {
      if (!(error instanceof TooManyTextsError)) throw error
      if (this.#patience !== null) this.#most = Math.max(this.#patience.least, Math.floor((this.#most as number) / 2))
      return error
    }
  }
}

/** The classes of a term by value, and the positions of addresses, which ascend. Made once it is asked for. */
class ClassIndex {
  readonly #classes: readonly ValueClass[]
  #places: ReadonlyMap<ConstValue, number> | null = null
  #positions: readonly bigint[] | null = null

  constructor(classes: readonly ValueClass[]) {
    this.#classes = classes
  }

  get places(): ReadonlyMap<ConstValue, number> {
    this.#places ??= new Map(this.#classes.map(({ example }, at) => [example, at]))
    return this.#places
  }

  get positions(): readonly bigint[] {
    this.#positions ??= this.#classes.map(({ example }) => positionOf(example as string))
    return this.#positions
  }
}

/** Returns the first index for whose element a condition holds that holds for all later ones too; the length if for none. */
function firstIndex<T>(sorted: readonly T[], holds: (one: T) => boolean): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (holds(sorted[middle] as T)) to = middle
    else from = middle + 1
  }
  return from
}
