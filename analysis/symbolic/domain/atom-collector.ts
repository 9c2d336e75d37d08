import type { ConstValue } from '../../../compiler/ir/index.ts'
import type { Edge } from '../../bdd/bdd.ts'
import { keyOfTest } from '../classes/texts/text-test.ts'
import type { AccessPath, Algebra, Opaque, SymbolicDomain, Term, TermTest, Value } from '../symbolic-domain.ts'
import { valueKey } from '../values.ts'
import { readAlike } from './read-alike.ts'

/** A value of the request that conditions read, with all tests against constants that conditions make of it. */
export interface CollectedTerm {
  readonly term: Term
  readonly tests: Map<string, TermTest>
  /** The number of tests and comparisons that use the term. */
  uses: number
}

/** A collection of the request or of data, with all elements whose membership conditions test. */
export interface TestedCollection {
  readonly found: AccessPath
  /** The tested elements by their keys: constants, and values of the request. */
  readonly elements: Map<string, Value>
  /**
   * The tested elements that are values of the request. Only these may equal others, so they are also listed apart from the
   * constants, of which there may be hundreds.
   */
  readonly terms: Term[]
  /** Whether a condition tests for elements other than the known ones. */
  others: boolean
}

/** An unknown edge: questions must not depend on answers. */
const ANYTHING = 2 as Edge

const NOTHING_KNOWN: Algebra = {
  and: () => ANYTHING,
  or: () => ANYTHING,
  not: () => ANYTHING,
  all: () => ANYTHING,
  any: () => ANYTHING,
}

/**
 * Collects the atoms (indivisible tests) of conditions in order of use. The first of two evaluations uses it, before an
 * `Encoding` can be created.
 */
export class AtomCollector implements SymbolicDomain {
  readonly diagram = NOTHING_KNOWN
  readonly terms = new Map<string, CollectedTerm>()
  readonly truths = new Map<string, Term>()
  readonly presences = new Map<string, AccessPath>()
  readonly collections = new Map<string, TestedCollection>()
  readonly opaques = new Map<string, Opaque>()
  /**
   * Pairs of terms that conditions compare, by `pairKey`. `ordered`: whether a comparison depends on which of the two is less.
   */
  readonly pairs = new Map<string, { readonly a: Term; readonly b: Term; ordered: boolean }>()

  test(term: Term, test: TermTest): Edge {
    const asked = this.#asked(term)
    asked.tests.set(nameOfTest(test), test)
    asked.uses++
    return ANYTHING
  }

  truth(term: Term): Edge {
    this.truths.set(term.key, term)
    return ANYTHING
  }

  equal(a: Term, b: Term): Edge {
    this.#pair(a, b)
    return ANYTHING
  }

  less(a: Term, b: Term): Edge {
    this.#pair(a, b).ordered = true
    return ANYTHING
  }

  present(found: AccessPath): Edge {
    this.presences.set(found.key, found)
    return ANYTHING
  }

  contains(found: AccessPath, element: Value): Edge {
    const { elements, terms } = this.#collection(found)
    const key = valueKey(element)
    if (elements.has(key)) return ANYTHING
    // If two terms may be the same element, membership of one implies the other's.
    for (const other of element.kind === 'term' ? elements.values() : terms) this.mayBeSame(element, other)
    elements.set(key, element)
    if (element.kind === 'term') {
      terms.push(element)
      // Gives it a value, which a request can put into the collection.
      if (element.type.kind === 'bool') this.truth(element)
      else this.#asked(element)
    }
    return ANYTHING
  }

  hasOthers(found: AccessPath, than: readonly ConstValue[]): Edge {
    this.#collection(found).others = true
    for (const value of than) this.contains(found, { kind: 'constant', value, type: elementOf(found) })
    return ANYTHING
  }

  opaque(what: Opaque): Edge {
    this.opaques.set(what.key, what)
    return ANYTHING
  }

  /**
   * Adds comparisons of map keys that may be equal, as entries under equal keys are equal. Call it after all conditions were
   * evaluated.
   */
  settle(): void {
    for (let before = -1; before !== this.#size(); ) {
      before = this.#size()
      this.#askAlike()
    }
  }

  #askAlike(): void {
    for (const { a, b, keys } of readAlike([...this.terms.values()], ({ term }) => term.place)) {
      for (const [x, y] of keys) this.mayBeSame(x, y)
      this.#pair(a.term, b.term)
    }
    for (const all of [this.truths, this.presences] as const)
      for (const { keys } of readAlike([...all.values()], ({ place }) => place)) for (const [x, y] of keys) this.mayBeSame(x, y)
    for (const { a, b, keys } of readAlike([...this.collections.values()], ({ found }) => found.place)) {
      for (const [x, y] of keys) this.mayBeSame(x, y)
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const) {
        for (const element of one.elements.values()) this.contains(other.found, element)
        if (one.others) other.others = true
      }
    }
  }

  #size(): number {
    const tests = [...this.terms.values()].reduce((sum, asked) => sum + asked.tests.size, 0)
    const elements = [...this.collections.values()].reduce((sum, { elements: all }) => sum + all.size, 0)
    return tests + elements + this.terms.size + this.truths.size + this.pairs.size + this.collections.size
  }

  /** Records that a condition tests whether two values are equal. */
  mayBeSame(a: Value, b: Value): void {
    if (a.type.kind === 'bool' || b.type.kind === 'bool') {
      for (const one of [a, b]) if (one.kind === 'term') this.truth(one)
    } else if (a.kind === 'term' && b.kind === 'term') this.#pair(a, b)
    else if (a.kind === 'term' && b.kind === 'constant') this.test(a, { kind: 'equal', value: b.value })
    else if (a.kind === 'constant' && b.kind === 'term') this.test(b, { kind: 'equal', value: a.value })
  }

  #asked(term: Term): CollectedTerm {
    const known = this.terms.get(term.key)
    if (known !== undefined) return known
    const made: CollectedTerm = { term, tests: new Map(), uses: 0 }
    this.terms.set(term.key, made)
    return made
  }

  #collection(found: AccessPath): TestedCollection {
    const known = this.collections.get(found.key)
    if (known !== undefined) return known
    const made: TestedCollection = { found, elements: new Map(), terms: [], others: false }
    this.collections.set(found.key, made)
    return made
  }

  #pair(a: Term, b: Term): { ordered: boolean } {
    this.#asked(a).uses++
    this.#asked(b).uses++
    const key = pairKey(a, b)
    const known = this.pairs.get(key)
    if (known !== undefined) return known
    const [first, second] = a.key < b.key ? [a, b] : [b, a]
    const made = { a: first, b: second, ordered: false }
    this.pairs.set(key, made)
    return made
  }
}

export function pairKey(a: Term, b: Term): string {
  return a.key < b.key ? `${a.key} ~ ${b.key}` : `${b.key} ~ ${a.key}`
}

export function nameOfTest(test: TermTest): string {
  if (test.kind === 'text') return `text ${keyOfTest(test.test)}`
  return test.kind === 'range' ? `range ${test.range}` : `${test.kind} ${typeof test.value} ${test.value}`
}

/** Returns the element type of a list or set, or `string` as the key type of a map. */
export function elementOf({ type }: AccessPath): Value['type'] {
  return type.kind === 'list' || type.kind === 'set' ? type.element : { kind: 'string' }
}
