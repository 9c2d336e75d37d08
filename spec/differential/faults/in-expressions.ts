/** Mistakes of passes, lowering and emission: in what an expression says. */
import type { Expr } from '../../../compiler/index.ts'
import * as build from '../../../compiler/ir/build.ts'
import { type Fault, inPass } from './fault.ts'

const BOOL = { kind: 'bool' } as const
const INT = { kind: 'int' } as const

export const inExpressions: readonly Fault[] = [
  inPass('`&&` for `||` in a pass', (expression) =>
    expression.kind === 'Chain' && expression.operator === '||' && expression.operands.every(({ guards }) => guards.length === 0)
      ? build.chain('&&', expression.operands)
      : expression,
  ),
  inPass('a bound off by one', (expression) =>
    expression.kind === 'Compare' && expression.operator === '<' ? { ...expression, operator: '<=' } : expression,
  ),
  inPass('`==` for `>=`', (expression) =>
    expression.kind === 'Compare' && expression.operator === '>=' ? build.equal(expression.left, expression.right) : expression,
  ),
  inPass('guards ignored', (expression) =>
    expression.kind === 'Chain'
      ? { ...expression, operands: expression.operands.map((operand) => ({ ...operand, guards: [] })) }
      : expression,
  ),
  inPass('an error on the left is not absorbed by what is right of it', (expression) =>
    expression.kind === 'Chain' && expression.operands.length === 2
      ? shortCircuit(expression.operator, expression.operands[0]?.expression, expression.operands[1]?.expression)
      : expression,
  ),
  inPass('everything is in an empty collection', (expression) =>
    expression.kind === 'In' && expression.collection.kind !== 'Collect'
      ? build.or(build.within(expression.element, expression.collection), build.equal(sizeOf(expression.collection), zero()))
      : expression,
  ),
  inPass('`orValue` evaluates its argument in any case', (expression) => {
    if (expression.kind !== 'OrValue' || !expression.fallback.fails) return expression
    const fallback = build.variable('fault@0', expression.fallback.type, 'request')
    return build.bind('fault@0', expression.fallback, build.orValue(expression.operand, fallback, expression.type))
  }),
  inPass('an optional is taken to have a value', (expression) =>
    expression.kind === 'Call' && expression.id === 'optional.hasValue' ? build.or(expression, build.TRUE) : expression,
  ),
  inPass('`has` says yes', (expression) => (expression.kind === 'Present' ? build.or(expression, build.TRUE) : expression)),
  inPass('an error of one element is an error of `exists`', (expression) =>
    expression.kind === 'Quantifier' && expression.quantifier === 'exists' && !expression.range.type.kind.includes('map')
      ? build.not(build.equal(sizeOf(filtered(expression.range, expression.variable, expression.test)), zero()))
      : expression,
  ),
  inPass('`all` for `exists`', (expression) =>
    expression.kind === 'Quantifier' && expression.quantifier === 'exists' ? { ...expression, quantifier: 'all' } : expression,
  ),
  inPass('`exists_one` is `exists`', (expression) =>
    expression.kind === 'Quantifier' && expression.quantifier === 'exists_one'
      ? { ...expression, quantifier: 'exists' }
      : expression,
  ),
  inPass('`map` forgets its filter', (expression) =>
    expression.kind === 'Select' && expression.value !== null && expression.test !== null
      ? build.select(expression.range, expression.variable, null, expression.value, expression.type)
      : expression,
  ),
  inPass('an argument that is not read is not evaluated', (expression) =>
    expression.kind === 'Let' && expression.value.fails && !reads(expression.body, expression.variable)
      ? expression.body
      : expression,
  ),
  inPass('times are subtracted the other way round', (expression) =>
    expression.kind === 'Arithmetic' &&
    expression.operator === '-' &&
    expression.left.type.kind === 'timestamp' &&
    expression.right.type.kind === 'timestamp'
      ? { ...expression, left: expression.right, right: expression.left }
      : expression,
  ),
  inPass('a remainder has the sign of the divisor', (expression) => {
    if (expression.kind !== 'Arithmetic' || expression.operator !== '%') return expression
    return build.arithmetic('%', build.arithmetic('+', expression, expression.right), expression.right)
  }),
  inPass('a negative position counts from the end', (expression) =>
    expression.kind === 'ListRead' && expression.index.kind === 'Const' && Number(expression.index.value) < 0
      ? { ...expression, index: build.constant(0, INT) }
      : expression,
  ),
  inPass('no time that a requirement asks for is too long', (expression) =>
    expression.kind === 'RequirementTest' && expression.within !== null && expression.what !== 'auth'
      ? { ...expression, within: null }
      : expression,
  ),
]

function zero(): Expr {
  return build.constant(0, INT)
}

function sizeOf(collection: Expr): Expr {
  const kind = collection.type.kind as 'list' | 'set' | 'map'
  return build.call(`${kind}.size`, [collection], INT)
}

function filtered(range: Expr, variable: Extract<Expr, { kind: 'Select' }>['variable'], test: Expr): Expr {
  return build.select(range, variable, test, null, range.type)
}

function reads(expression: Expr, variable: string): boolean {
  return JSON.stringify(expression, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes(
    `"variable":"${variable}"`,
  )
}

/** `a ? b : false`, `a ? true : b`: right but for errors of `a`. */
function shortCircuit(operator: '&&' | '||', left: Expr | undefined, right: Expr | undefined): Expr {
  if (left === undefined || right === undefined) throw new Error('a chain has two operands')
  return operator === '&&'
    ? build.conditional(left, right, build.constant(false, BOOL), BOOL)
    : build.conditional(left, build.constant(true, BOOL), right, BOOL)
}
