/** What can be asked of a request to a route by one kind of caller: constants without a value, and what is true of them whatever they are. */
import type { Type } from '../../../../language/checker/types/type.ts'
import { ADDRESSES, MAPPED } from './addresses.ts'
import { elementOf, empty, restricted, type Shape, shapeOf, sortOf, termOf } from './shapes.ts'
import { and, type Formula, implies, ite, not, or, same, symbol, text, whole } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

export const MOST_INT = Number.MAX_SAFE_INTEGER
const SECOND = 1_000_000_000n
export const MOST_DURATION = 315_576_000_000n * SECOND
export const FIRST_TIME = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1_000_000n
export const LAST_TIME = BigInt(Date.parse('9999-12-31T23:59:59.999Z')) * 1_000_000n + 999_999n

export class Facts {
  readonly #lines: string[] = []
  readonly #declared = new Set<string>()
  readonly #defined = new Map<string, Formula>()
  readonly #axioms: Formula[] = []
  /** By sort of element: all of which it is asked whether they are in something. */
  readonly #elements = new Map<string, Set<Formula>>()
  readonly #sizes = new Map<string, { readonly bag: Shape; readonly size: Formula }>()
  readonly #names = new Map<string, Set<Formula>>()
  #bound = 0
  /** Whether less is said of something than is true of it: then what is found possible need not be. */
  isLoose = false

  /** The value of a type that stands at a place. */
  at(path: string, type: Type): Shape {
    if (type.kind === 'record') return { kind: 'record', type, path }
    if (type.kind === 'map') {
      const [keys, values] = [this.#constant(`${path} keys`, '(Array String Bool)'), `${path} values`]
      return { kind: 'map', type, keys, values: this.#constant(values, `(Array String ${sortOf(type.value)})`) }
    }
    const isNew = !this.#declared.has(path)
    const value = shapeOf(type, this.#constant(path, sortOf(type)))
    if (isNew) this.#axioms.push(fits(type, termOf(value)))
    return value
  }

  /** Of a whole number its bounds alone, and that it is the same for the same. */
  loosely(name: string, first: number, last: number): Formula {
    if (this.#bound > 0) throw new UnsupportedError(`${name} in a quantifier`)
    this.isLoose = true
    const number = this.#constant(name, 'Int')
    this.#axioms.push(between(number, first, last))
    return number
  }

  /** Whether something is there. */
  presence(path: string): Formula {
    return this.#constant(`${path}?`, 'Bool')
  }

  assume(axiom: Formula): void {
    this.#axioms.push(axiom)
  }

  /** What was read of a map is of its type. */
  entry(term: Formula, type: Type): void {
    if (this.#bound === 0) this.#axioms.push(fits(type, term))
  }

  /** So that what is long stands once. In a quantifier it has to stand where its variable is. */
  named(sort: string, formula: Formula): Formula {
    if (this.#bound > 0 || formula.length < 60) return formula
    const known = this.#defined.get(`${sort} ${formula}`)
    if (known !== undefined) return known
    const name = `d${this.#defined.size}`
    this.#defined.set(`${sort} ${formula}`, name)
    this.#lines.push(`(define-fun ${name} () ${sort} ${formula})`)
    return name
  }

  /** Formulas with a variable of their own. */
  bound<T>(make: (variable: Formula) => T): T {
    const variable = `x${this.#bound++}`
    try {
      return make(variable)
    } finally {
      this.#bound--
    }
  }

  has(bag: Formula, element: Formula, type: Type): Formula {
    const sort = sortOf(type)
    if (this.#bound === 0) this.#elements.set(sort, (this.#elements.get(sort) ?? new Set()).add(element))
    return `(select ${bag} ${element})`
  }

  size(bag: Shape): Formula {
    if (bag.kind !== 'bag' || this.#bound > 0) throw new UnsupportedError(`the size of a ${bag.kind}`)
    const name = `size of ${bag.term}`
    const size = this.#constant(name, 'Int')
    this.#sizes.set(name, { bag, size })
    return size
  }

  /** Whether a name is below another one in a hierarchy, or is it. */
  within(hierarchy: string, name: Formula, above: Formula): Formula {
    if (this.#bound > 0) throw new UnsupportedError('a hierarchy in a quantifier')
    const names = this.#names.get(hierarchy) ?? new Set()
    this.#names.set(hierarchy, names.add(name).add(above))
    const relation = symbol(`within ${hierarchy}`)
    if (names.size > 0 && !this.#declared.has(relation)) {
      this.#declared.add(relation)
      this.#lines.push(`(declare-fun ${relation} (String String) Bool)`)
    }
    return `(${relation} ${name} ${above})`
  }

  /** All of it, with what is true of it. */
  script(): string {
    const axioms = [...this.#axioms, ...this.#sizeAxioms(), ...this.#hierarchyAxioms()].filter((axiom) => axiom !== 'true')
    return [...this.#lines, ...axioms.map((axiom) => `(assert ${axiom})`)].join('\n')
  }

  #constant(name: string, sort: string): Formula {
    if (!this.#declared.has(name)) {
      this.#declared.add(name)
      this.#lines.push(`(declare-const ${symbol(name)} ${sort})`)
    }
    return symbol(name)
  }

  /** As many as are known of those that are asked for; where there are others, more. */
  *#sizeAxioms(): Iterable<Formula> {
    for (const { bag, size } of this.#sizes.values()) {
      if (bag.kind !== 'bag') continue
      const element = elementOf(bag.type)
      const known = [...(this.#elements.get(sortOf(element)) ?? [])]
      const counted = known.map((one, at) =>
        ite(and(`(select ${bag.term} ${one})`, ...known.slice(0, at).map((other) => not(same(one, other)))), '1', '0'),
      )
      const sum = `(+ 0 0 ${counted.join(' ')})`
      const isAll = same(bag.term, restricted(bag.term, known, element))
      yield `(>= ${size} ${sum})`
      yield implies(not(isAll), `(> ${size} ${sum})`)
      yield same(`(= ${size} 0)`, same(bag.term, empty(element)))
      if (bag.type.kind === 'set') yield implies(isAll, same(size, sum))
    }
  }

  /** Nothing is above itself, and what is above what is above something is above it. */
  *#hierarchyAxioms(): Iterable<Formula> {
    for (const [hierarchy, names] of this.#names) {
      const is = (a: Formula, b: Formula) => `(${symbol(`within ${hierarchy}`)} ${a} ${b})`
      for (const a of names) {
        yield is(a, a)
        for (const b of names) {
          if (a === b) continue
          yield implies(and(is(a, b), is(b, a)), same(a, b))
          for (const c of names) if (c !== a && c !== b) yield implies(and(is(a, b), is(b, c)), is(a, c))
        }
      }
    }
  }
}

/** Whether what comes through the door can be it (`spec/language/values-and-the-door.md`). */
function fits(type: Type, term: Formula): Formula {
  switch (type.kind) {
    case 'int':
      return between(term, -MOST_INT, MOST_INT)
    case 'timestamp':
      return between(term, FIRST_TIME, LAST_TIME)
    case 'duration':
      return between(term, -MOST_DURATION, MOST_DURATION)
    case 'ip':
      return and(between(term, ADDRESSES.first, ADDRESSES.last), not(between(term, MAPPED.first, MAPPED.last)))
    case 'double':
      return and(not(`(fp.isNaN ${term})`), not(`(fp.isInfinite ${term})`))
    case 'literals':
      return or(...type.values.map((value) => same(term, text(value))))
    case 'list':
    case 'set':
      return type.element.kind === 'literals'
        ? same(
            term,
            restricted(
              term,
              type.element.values.map((value) => text(value)),
              type.element,
            ),
          )
        : 'true'
    default:
      return 'true'
  }
}

export function between(term: Formula, first: number | bigint, last: number | bigint): Formula {
  return `(<= ${whole(first)} ${term} ${whole(last)})`
}
