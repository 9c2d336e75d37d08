import { showType, type Type } from '../../../language/checker/types/type.ts'
import { classesOf, type TermDomain } from '../classes/classes.ts'
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

/**
 * A cache of the classes of values that tests distinguish, as many routes and callers have the same tests. Also remembers
 * exceeded limits.
 */
export class KnownClasses {
  readonly #known = new Map<string, readonly ValueClass[] | TooManyTextsError>()
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
