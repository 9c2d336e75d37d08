import { type Code, joinCode, js, mark } from '../code.ts'

/** How tightly JavaScript binds a piece of code, from what needs no parentheses to what always does. */
export const LEVEL = { atom: 0, unary: 1, product: 2, sum: 3, relation: 4, equality: 5, and: 6, or: 7, loose: 8 } as const
export type Level = (typeof LEVEL)[keyof typeof LEVEL]

export interface Term {
  readonly code: Code
  readonly level: Level
  /** Of a chain: its operands and what stands between, for those who lay it out in lines. */
  readonly chain?: { readonly operator: '&&' | '||'; readonly operands: readonly Code[] }
  /** A variable that has the value once the code ran. */
  readonly again?: Code
}

export function term(code: Code, level: Level): Term {
  return { code, level }
}

export function atom(code: Code): Term {
  return { code, level: LEVEL.atom }
}

/** The same, marked as what became of a place of the policy. */
export function markTerm(place: string, { code, level, chain }: Term): Term {
  const marked = { code: mark(place, code), level }
  return chain === undefined
    ? marked
    : { ...marked, chain: { ...chain, operands: chain.operands.map((one) => mark(place, one)) } }
}

/** The code for a place that takes what binds at least as tightly as `level`. */
export function at(level: Level, { code, level: own }: Term): Code {
  return own > level ? js`(${code})` : code
}

/** `a && b && c`, flat: a chain of the same operator among them gives its operands. */
export function chainTerm(operator: '&&' | '||', terms: readonly Term[]): Term {
  const [only] = terms
  if (only !== undefined && terms.length === 1) return only
  const level = operator === '&&' ? LEVEL.and : LEVEL.or
  // JavaScript takes `a && b || c` without parentheses; people read it better with.
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

/** Parsers read a chain by going a level deeper for each operand, and have a stack for some thousands. */
const MANY = 500

/** The same chain of no more operands than that, with parentheses round groups of them: where they stand makes no difference. */
function grouped(operands: readonly Code[], sign: ' && ' | ' || '): readonly Code[] {
  if (operands.length <= MANY) return operands
  const size = Math.ceil(Math.sqrt(operands.length))
  const groups = Array.from({ length: Math.ceil(operands.length / size) }, (_, at) => operands.slice(at * size, (at + 1) * size))
  return groups.map((group) => js`(${joinCode(grouped(group, sign), sign)})`)
}
