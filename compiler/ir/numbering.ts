import { showType, type Type } from '../../language/checker/types/type.ts'
import type { Const, Expr } from './expression.ts'
import { children } from './visit.ts'

/**
 * Assigns numbers to expressions; structurally equal expressions get the same number. Variables are compared by name, so equal
 * numbers imply equal values only without free variables. Each object is visited once.
 */
export class Numbering {
  readonly #numbers = new Map<Expr, number>()
  readonly #keys = new Map<string, number>()
  readonly #own: (expression: Expr) => string

  /**
   * Creates a numbering of expressions.
   *
   * @param own returns a key of an expression without its children; default: `ownKey`
   */
  constructor(own: (expression: Expr) => string = ownKey) {
    this.#own = own
  }

  of(expression: Expr): number {
    const known = this.#numbers.get(expression)
    if (known !== undefined) return known
    const key = this.#keyOf(expression)
    const number = this.#keys.get(key) ?? this.#keys.size
    this.#keys.set(key, number)
    this.#numbers.set(expression, number)
    return number
  }

  #keyOf(expression: Expr): string {
    const own = this.#own(expression)
    const parts = children(expression)
    return parts.length === 0 ? own : `${own} ${parts.map((part) => this.of(part)).join(' ')}`
  }
}

/** Returns whether two expressions are structurally equal. Faster than `Numbering` for a few expressions. */
export function isSame(one: Expr, other: Expr): boolean {
  if (one === other) return true
  // Equal expressions have equal weights, which is a fast first test.
  if (one.kind !== other.kind || one.weight !== other.weight || ownKey(one) !== ownKey(other)) return false
  const [parts, others] = [children(one), children(other)]
  return parts.length === others.length && parts.every((part, at) => isSame(part, others[at] as Expr))
}

/** Returns a key of an expression without its children. Expressions are structurally equal if their keys and children are. */
export function ownKey(expression: Expr): string {
  const { kind } = expression
  switch (expression.kind) {
    case 'Const':
      return constKey(expression)
    case 'Variable':
      return `${kind} ${expression.variable}`
    case 'Param':
      return `${kind} ${expression.index}`
    case 'RoleTest':
      return `${kind} ${expression.word} ${expression.mask}`
    case 'IdentityTest':
      return `${kind} ${expression.index}`
    case 'RequirementTest':
      return `${kind} ${expression.what} ${expression.within} ${JSON.stringify(expression.values)}`
    case 'CallerField':
      // Fields of one name may differ in type between identities.
      return `${kind} ${expression.name} ${typeKey(expression.type)}`
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
    case 'Data':
    case 'Field':
      return `${kind} ${JSON.stringify(expression.name)}`
    case 'Chain':
      return `${kind} ${expression.operator} ${expression.operands.map(({ guards }) => guards.join('+')).join(',')}`
    case 'Compare':
    case 'Arithmetic':
      return `${kind} ${expression.operator}`
    case 'Collect':
      // The elements of an empty collection do not tell its type.
      return `${kind} ${expression.elements.length === 0 ? typeKey(expression.type) : expression.type.kind}`
    case 'CollectMap':
      return `${kind} ${JSON.stringify(expression.entries.map(({ key }) => key))}`
    case 'Call':
      return `${kind} ${expression.id}`
    case 'Let':
    case 'OptMap':
      return `${kind} ${expression.variable}`
    case 'Position':
      return `${kind} ${expression.linked}`
    case 'Quantifier':
      return `${expression.quantifier} ${expression.variable}`
    case 'Select': {
      const { type, variable, test, value } = expression
      return `${kind} ${type.kind} ${variable} ${test === null ? '' : 'if'} ${value === null ? '' : 'of'}`
    }
    default:
      return kind
  }
}

function constKey({ value, type }: Const): string {
  if (value === null) return `none ${typeKey(type)}`
  return `${typeKey(type)} ${Object.is(value, -0) ? '-0' : typeof value === 'string' ? JSON.stringify(value) : value}`
}

/** Returns a key of a type. A union of literals has the key of `string`, as no operation distinguishes the two. */
export function typeKey(type: Type): string {
  if (type.kind === 'literals') return 'string'
  if (!('element' in type || 'value' in type || 'fields' in type)) return type.kind
  const known = keys.get(type) ?? showType(type)
  keys.set(type, known)
  return known
}

const keys = new WeakMap<Type, string>()
