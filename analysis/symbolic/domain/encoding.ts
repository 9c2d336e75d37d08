import type { ConstValue } from '../../../compiler/ir/index.ts'
import { type Bdd, type Edge, FALSE, TRUE } from '../../bdd/bdd.ts'
import { holdsOf, type TermDomain } from '../classes/classes.ts'
import type { ValueClass } from '../classes/numbers.ts'
import type { AccessPath, Opaque, SourceText, SymbolicDomain, Term, TermTest, Value } from '../symbolic-domain.ts'
import { valueKey } from '../values.ts'
import { type AtomCollector, type CollectedTerm, nameOfTest, pairKey, type TestedCollection } from './atom-collector.ts'
import { type ClassRun, KnownClasses } from './known-classes.ts'

/** A value of the request, encoded as the number of its class of values. Each bit of that number is a variable of the diagram. */
export interface EncodedTerm {
  readonly term: Term
  /** All tests of the term and of the terms with which it is compared. */
  readonly tests: readonly TermTest[]
  readonly classes: readonly ValueClass[]
  /** The variables of the decision diagram for the bits of a class's index in `classes`, most significant first. */
  readonly bits: readonly number[]
}

interface EncodedPair {
  readonly a: EncodedTerm
  readonly b: EncodedTerm
  readonly equal: Edge
  /** `a` before `b`; null: not needed. */
  readonly less: Edge | null
}

/**
 * The number of optional values whose presences may come after all values in the order of variables. With more, each comes after
 * its own value, as a diagram of `present and equal` for each of many would be exponential otherwise.
 */
const MOST_APART = 8

export type DomainOf = (term: Term) => TermDomain

/**
 * Encodes the atoms (indivisible tests) of conditions as variables of a decision diagram. A compared value gets as many bits as
 * its classes need.
 */
export class Encoding implements SymbolicDomain {
  readonly diagram: Bdd
  readonly terms = new Map<string, EncodedTerm>()
  readonly pairs = new Map<string, EncodedPair>()
  /**
   * The indivisible test (atom) that each variable of the decision diagram represents, by the variable's number. Excludes
   * variables that represent a bit of a term's class.
   */
  readonly atoms = new Map<number, Atom>()
  readonly collections: ReadonlyMap<string, TestedCollection>
  readonly truths: ReadonlyMap<string, Term>
  /**
   * For terms that share their classes with other terms: tests on the term, by the term's key. Every value that the decoders
   * accept passes at least one of them.
   */
  readonly domains = new Map<string, readonly TermTest[]>()
  readonly #knownClasses: KnownClasses
  readonly #presences: ReadonlyMap<string, AccessPath>
  readonly #variables = new Map<string, number>()
  readonly #tests = new Map<string, Edge>()
  #next = 0

  /**
   * Creates variables for all collected atoms.
   *
   * @param known cache of classes from earlier encodings
   * @throws TooManyTextsError if the texts have too many classes
   */
  constructor(gathering: AtomCollector, diagram: Bdd, domainOf: DomainOf, known = new KnownClasses()) {
    this.diagram = diagram
    this.#knownClasses = known
    this.collections = gathering.collections
    this.truths = gathering.truths
    this.#presences = gathering.presences
    for (const group of groupsOf(gathering)) {
      this.#encode(group, domainOf)
      if (this.#presences.size <= MOST_APART) continue
      for (const { term } of group) if (this.#presences.has(term.key)) this.#atom({ kind: 'present', key: term.key })
    }
    for (const { a, b, ordered } of gathering.pairs.values()) this.#encodePair(a, b, ordered)
    for (const { key } of gathering.truths.values()) this.#atom({ kind: 'truth', key })
    for (const found of gathering.presences.values()) this.#atom({ kind: 'present', key: found.key })
    for (const { found, elements, others } of gathering.collections.values()) {
      for (const element of elements.values()) this.#atom({ kind: 'contains', key: found.key, element })
      if (others) this.#atom({ kind: 'others', key: found.key })
    }
    for (const what of gathering.opaques.values()) this.#atom({ kind: 'opaque', ...what })
  }

  test(term: Term, test: TermTest): Edge {
    const key = `${term.key} ${nameOfTest(test)}`
    const known = this.#tests.get(key)
    if (known !== undefined) return known
    const { classes, bits } = this.encoded(term.key)
    const run = this.#knownClasses.runOf(test, classes)
    const made =
      run === null ? this.ofClasses(bits, classes, ({ example }) => holdsOf(test, example)) : this.#ofRun(bits, classes, run)
    this.#tests.set(key, made)
    return made
  }

  truth({ key }: Term): Edge {
    return this.#known({ kind: 'truth', key })
  }

  equal(a: Term, b: Term): Edge {
    return this.#pair(a, b).equal
  }

  less(a: Term, b: Term): Edge {
    const pair = this.#pair(a, b)
    const less = pair.less as Edge
    return pair.a.term.key === a.key ? less : this.diagram.not(this.diagram.or(less, pair.equal))
  }

  present({ key }: AccessPath): Edge {
    return this.#known({ kind: 'present', key })
  }

  contains({ key }: AccessPath, element: Value): Edge {
    return this.#known({ kind: 'contains', key, element })
  }

  hasOthers(found: AccessPath, than: readonly ConstValue[]): Edge {
    const { elements } = this.collections.get(found.key) as TestedCollection
    const left = new Set(than)
    const some = [...elements.values()].filter((one) => one.kind === 'constant' && !left.has(one.value))
    return this.diagram.any([this.#known({ kind: 'others', key: found.key }), ...some.map((one) => this.contains(found, one))])
  }

  opaque(what: Opaque): Edge {
    return this.#known({ kind: 'opaque', ...what })
  }

  encoded(key: string): EncodedTerm {
    const term = this.terms.get(key)
    if (term === undefined) throw new Error(`nobody has gathered \`${key}\``)
    return term
  }

  /**
   * Returns the set of requests for which a term is in one of the classes selected by `isIn`. Class numbers beyond the last class
   * count as the last one.
   */
  ofClasses(bits: readonly number[], classes: readonly ValueClass[], isIn: (one: ValueClass, at: number) => boolean): Edge {
    return this.#chosen(
      bits,
      classes.map((one, at) => (isIn(one, at) ? TRUE : FALSE)),
    )
  }

  /**
   * Combines one set of requests for each class of a term's values. A request belongs to the result if it belongs to the set of
   * the class that contains its value.
   */
  byClass({ key }: Term, edgeOf: (one: ValueClass) => Edge): Edge {
    const { bits, classes } = this.encoded(key)
    return this.#chosen(bits, classes.map(edgeOf))
  }

  /** `ofClasses` for neighboring classes, without a look at each of the others. */
  #ofRun(bits: readonly number[], { length }: readonly ValueClass[], [from, to]: ClassRun): Edge {
    const end = to === length ? Number.POSITIVE_INFINITY : to
    const build = (depth: number, first: number): Edge => {
      const half = 2 ** (bits.length - depth - 1)
      if (from >= to || first >= end || first + 2 * half <= from) return FALSE
      if (first >= from && first + 2 * half <= end) return TRUE
      const variable = this.diagram.variable(bits[depth] as number)
      return this.diagram.choose(variable, build(depth + 1, first + half), build(depth + 1, first))
    }
    return build(0, 0)
  }

  #chosen(bits: readonly number[], edges: readonly Edge[]): Edge {
    const last = edges.length - 1
    const build = (depth: number, number: number): Edge => {
      if (depth === bits.length) return edges[Math.min(number, last)] as Edge
      const variable = this.diagram.variable(bits[depth] as number)
      return this.diagram.choose(variable, build(depth + 1, 2 * number + 1), build(depth + 1, 2 * number))
    }
    return build(0, 0)
  }

  /**
   * Returns the source texts of the computed values or opaque condition that a diagram variable stands for. Empty if the variable
   * depends on the request directly.
   */
  workedOutBy(variable: number): readonly SourceText[] {
    const atom = this.atoms.get(variable)
    if (atom?.kind === 'opaque') return [atom]
    const keys = atom === undefined ? [] : 'other' in atom ? [atom.key, atom.other] : [atom.key]
    const terms = [...this.terms.values()].filter(({ term, bits }) => bits.includes(variable) || keys.includes(term.key))
    const others = keys.map((key) => this.collections.get(key)?.found ?? this.truths.get(key) ?? this.#presences.get(key))
    return [...terms.map(({ term }) => term), ...others].flatMap((one) => one?.from ?? [])
  }

  /** Returns the paths of all optional values whose presence a condition tests. */
  places(): readonly AccessPath[] {
    return [...this.#presences.values()]
  }

  /** Compared terms share their classes, so that equal ones have equal numbers. */
  #encode(group: readonly CollectedTerm[], domainOf: DomainOf): void {
    const [only] = group
    const alone = group.length === 1 && only !== undefined ? domainOf(only.term) : null
    // If several terms share classes, each one's domain is a test too.
    const within =
      alone === null && wider(group).kind === 'string' ? group.map(({ term }) => ({ term, is: testsOf(domainOf(term)) })) : []
    const tests = [...group.flatMap((asked) => [...asked.tests.values()]), ...within.flatMap(({ is }) => is)]
    const asked = [...new Map(tests.map((test) => [nameOfTest(test), test])).values()]
    const classes = this.#knownClasses.of(alone === null ? wider(group) : (only as CollectedTerm).term.type, asked, alone ?? {})
    const width = Math.ceil(Math.log2(Math.max(1, classes.length)))
    for (const { term } of group) {
      const bits = Array.from({ length: width }, () => this.#next++)
      this.terms.set(term.key, { term, tests: asked, classes, bits })
    }
    for (const { term, is } of within) if (is.length > 0) this.domains.set(term.key, is)
  }

  #encodePair(a: Term, b: Term, ordered: boolean): void {
    const equal = this.#atom({ kind: 'equal', key: a.key, other: b.key })
    const less = ordered ? this.#atom({ kind: 'less', key: a.key, other: b.key }) : null
    this.pairs.set(pairKey(a, b), { a: this.encoded(a.key), b: this.encoded(b.key), equal, less })
  }

  #pair(a: Term, b: Term): EncodedPair {
    const pair = this.pairs.get(pairKey(a, b))
    if (pair === undefined) throw new Error(`nobody has gathered \`${pairKey(a, b)}\``)
    return pair
  }

  #atom(atom: Atom): Edge {
    const name = nameOfAtom(atom)
    const known = this.#variables.get(name)
    const variable = known ?? this.#next++
    this.#variables.set(name, variable)
    this.atoms.set(variable, atom)
    return this.diagram.variable(variable)
  }

  #known(atom: Atom): Edge {
    const variable = this.#variables.get(nameOfAtom(atom))
    if (variable === undefined) throw new Error(`nobody has gathered ${nameOfAtom(atom)}`)
    return this.diagram.variable(variable)
  }
}

export type Atom =
  | { readonly kind: 'truth' | 'present' | 'others'; readonly key: string }
  | { readonly kind: 'equal' | 'less'; readonly key: string; readonly other: string }
  | { readonly kind: 'contains'; readonly key: string; readonly element: Value }
  | ({ readonly kind: 'opaque' } & Opaque)

/** Returns a text that identifies an atom. */
export function nameOfAtom(atom: Atom): string {
  if (atom.kind === 'contains') return `contains ${atom.key} ${valueKey(atom.element)}`
  return 'other' in atom ? `${atom.kind} ${atom.key} ~ ${atom.other}` : `${atom.kind} ${atom.key}`
}

/** Returns tests of which one accepts each text of a domain. */
function testsOf({ values, pattern }: TermDomain): readonly TermTest[] {
  if (values !== undefined) return values.map((value) => ({ kind: 'equal', value }))
  return pattern === undefined ? [] : [{ kind: 'text', test: { kind: 'matches', pattern } }]
}

/** A union of literals compared with a text is a text. */
function wider(group: readonly CollectedTerm[]): Term['type'] {
  const types = group.map(({ term }) => term.type)
  return types.find(({ kind }) => kind !== 'literals') ?? { kind: 'string' }
}

/** Groups terms that are compared, also transitively; the most used first. */
function groupsOf({ terms, pairs }: AtomCollector): readonly (readonly CollectedTerm[])[] {
  const groupOf = new Map([...terms.keys()].map((key) => [key, new Set([key])]))
  for (const { a, b } of pairs.values()) {
    const [one, other] = [groupOf.get(a.key) as Set<string>, groupOf.get(b.key) as Set<string>]
    if (one === other) continue
    for (const key of other) {
      one.add(key)
      groupOf.set(key, one)
    }
  }
  const groups = [...new Set(groupOf.values())].map((keys) => [...keys].map((key) => terms.get(key) as CollectedTerm))
  const usesOf = (group: readonly CollectedTerm[]) => group.reduce((sum, { uses }) => sum + uses, 0)
  return groups.sort((a, b) => usesOf(b) - usesOf(a))
}
