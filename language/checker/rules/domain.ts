import type { BinaryOperator, Expression } from '../../syntax/ast.ts'

type Constant = string | number | boolean

/** The values that an expression can have, given by constants: allowed values, excluded values, and bounds. */
export interface ConstantDomain {
  /** Allowed values; null if every value that is not excluded is allowed. */
  readonly among: ReadonlySet<Constant> | null
  readonly excluded: ReadonlySet<Constant>
  /** Lower bound of a number, with or without the bound itself; null if there is none. */
  readonly above: Bound | null
  readonly below: Bound | null
}

interface Bound {
  readonly value: number
  /** Whether the bound itself is included. */
  readonly inclusive: boolean
}

const everything: ConstantDomain = { among: null, excluded: new Set(), above: null, below: null }

/** A domain that grows tighter in place: copying the excluded constants for each of many comparisons would be quadratic. */
export interface MutableDomain extends ConstantDomain {
  among: ReadonlySet<Constant> | null
  readonly excluded: Set<Constant>
  above: Bound | null
  below: Bound | null
}

/** Returns the domain of a value for which a comparison with constants has this outcome; null if it may be any value. */
export function impliedDomain(operator: BinaryOperator, by: Expression, truth: boolean): ConstantDomain | null {
  if (operator === 'in') {
    if (by.kind !== 'ListLiteral') return null
    const constants = by.elements.map(constantOf)
    if (constants.includes(null)) return null
    return limited(new Set(constants as Constant[]), truth)
  }
  const constant = constantOf(by)
  if (constant === null) return null
  if (operator === '==' || operator === '!=') return limited(new Set([constant]), (operator === '==') === truth)
  if (typeof constant !== 'number') return null
  // A false comparison of doubles may also be due to NaN.
  if (!truth && !isInt(by)) return null
  const holds = truth ? operator : CONTRARY[operator]
  const bound = { value: constant, inclusive: holds === '<=' || holds === '>=' }
  if (holds === '<' || holds === '<=') return { ...everything, below: bound }
  return holds === '>' || holds === '>=' ? { ...everything, above: bound } : null
}

const CONTRARY: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

function isInt(constant: Expression): boolean {
  return constant.kind === 'Negate' ? isInt(constant.operand) : constant.kind === 'IntLiteral'
}

function limited(constants: ReadonlySet<Constant>, truth: boolean): ConstantDomain {
  return { ...everything, ...(truth ? { among: constants } : { excluded: constants }) }
}

function constantOf(expression: Expression): Constant | null {
  switch (expression.kind) {
    case 'StringLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'BoolLiteral':
      return expression.value
    case 'Negate': {
      const inner = constantOf(expression.operand)
      return typeof inner === 'number' ? -inner : null
    }
    default:
      return null
  }
}

export function meet(a: ConstantDomain, b: ConstantDomain): ConstantDomain {
  const both = mutableCopy(a)
  tighten(both, b)
  return both
}

export function mutableCopy(domain: ConstantDomain): MutableDomain {
  return { ...domain, excluded: new Set(domain.excluded) }
}

/** Restricts a domain to the values that are in another too. */
export function tighten(domain: MutableDomain, by: ConstantDomain): void {
  domain.among = domain.among === null || by.among === null ? (domain.among ?? by.among) : intersection(domain.among, by.among)
  for (const one of by.excluded) domain.excluded.add(one)
  domain.above = tighter(domain.above, by.above, (one, other) => one > other)
  domain.below = tighter(domain.below, by.below, (one, other) => one < other)
}

function intersection(a: ReadonlySet<Constant>, b: ReadonlySet<Constant>): ReadonlySet<Constant> {
  return new Set([...a].filter((one) => b.has(one)))
}

function tighter(a: Bound | null, b: Bound | null, isTighter: (a: number, b: number) => boolean): Bound | null {
  if (a === null || b === null) return a ?? b
  if (a.value === b.value) return a.inclusive ? b : a
  return isTighter(a.value, b.value) ? a : b
}

/** Returns whether the domain is certainly empty. */
export function isEmpty({ among, excluded, above, below }: ConstantDomain): boolean {
  if (among !== null) return [...among].every((one) => excluded.has(one) || !isWithin(one, above, below))
  if (above === null || below === null) return false
  return above.value > below.value || (above.value === below.value && !(above.inclusive && below.inclusive))
}

function isWithin(value: Constant, above: Bound | null, below: Bound | null): boolean {
  if (typeof value !== 'number') return true
  if (above !== null && (value < above.value || (value === above.value && !above.inclusive))) return false
  return below === null || value < below.value || (value === below.value && below.inclusive)
}
