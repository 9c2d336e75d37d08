import { type Code, joinCode, js, mark } from '../code.ts'

/** JavaScript's precedence levels, from code that never needs parentheses to code that always does. */
export const LEVEL = { atom: 0, unary: 1, product: 2, sum: 3, relation: 4, equality: 5, and: 6, or: 7, loose: 8 } as const
export type Level = (typeof LEVEL)[keyof typeof LEVEL]

export interface Term {
  readonly code: Code
  readonly level: Level
  /**
   * Operator and operands of a chain of `&&` or `||`, to merge nested chains and to lay them out in lines; absent for other code.
   */
  readonly chain?: { readonly operator: '&&' | '||'; readonly operands: readonly Code[] }
  /** A variable that holds the value of the term after its code has run, so that the value can be used again. */
  readonly again?: Code
}

export function term(code: Code, level: Level): Term {
  return { code, level }
}

export function atom(code: Code): Term {
  return { code, level: LEVEL.atom }
}

/** Returns a term whose code is marked with its origin in the policy, for the source map. */
export function markTerm(place: string, { code, level, chain }: Term): Term {
  const marked = { code: mark(place, code), level }
  return chain === undefined
    ? marked
    : { ...marked, chain: { ...chain, operands: chain.operands.map((one) => mark(place, one)) } }
}

/** Returns the code of a term, in parentheses if the term binds less tightly than `level`. */
export function at(level: Level, { code, level: own }: Term): Code {
  return own > level ? js`(${code})` : code
}

/**
 * Joins terms by `&&` or `||` without parentheses: `a && b && c`. Operands of nested chains with the same operator are merged.
 */
export function chainTerm(operator: '&&' | '||', terms: readonly Term[]): Term {
  const [only] = terms
  if (only !== undefined && terms.length === 1) return only
  const level = operator === '&&' ? LEVEL.and : LEVEL.or
  // JavaScript accepts `a && b || c`, but parentheses are easier to read.
  const within = (one: Term) => at(one.level === LEVEL.and && operator === '||' ? LEVEL.equality : level, one)
  const flat: Code[] = []
  for (const one of terms) {
    if (one.chain?.operator === operator) flat.push(...one.chain.operands)
    else flat.push(within(one))
  }
  const sign = operator === '&&' ? ' && ' : ' || '
  const operands = grouped(flat, sign)
  return { code: joinCode(operands, sign), level, chain: { operator, operands } }
}

/** The maximum length of a chain: parsers recurse for each operand, and their stack suffices for some thousands. */
const MANY = 500

/** Nests groups of at most that many operands, which is equivalent. */
function grouped(operands: readonly Code[], sign: ' && ' | ' || '): readonly Code[] {
  if (operands.length <= MANY) return operands
  const size = Math.ceil(Math.sqrt(operands.length))
  const groups = Array.from({ length: Math.ceil(operands.length / size) }, (_, at) => operands.slice(at * size, (at + 1) * size))
  return groups.map((group) => js`(${joinCode(grouped(group, sign), sign)})`)
}
