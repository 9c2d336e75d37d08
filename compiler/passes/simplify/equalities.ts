import { isScalar, isString, STRING, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import {
  type Chain,
  type Const,
  type Expr,
  FEW_CONSTANTS,
  type Operand,
  printExpression,
  withoutOperands,
} from '../../ir/index.ts'

/**
 * Merges `x == a || x == b`, and `x in [a, b] || x == c`, into a set membership, and `x != a && x != b` into a negated one. The
 * original and the result err exactly if `x` does. Only operands that guard no other operand and have equal guards are merged.
 * Returns null if no operands can be merged.
 */
export function mergeEqualities({ operator, operands }: Chain): Expr | null {
  if (operands.length < 2) return null
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  const groups = new Map<string, Group>()
  for (const [at, operand] of operands.entries()) {
    const asked = guarding.has(at) ? null : asking(operator, operand.expression)
    if (asked === null) continue
    const key = `${keyOf(asked.element)} ${operand.guards.join()}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: at, element: asked.element, values: [...asked.values], others: new Set() })
    else {
      group.values.push(...asked.values)
      group.others.add(at)
    }
  }
  const merged = [...groups.values()].filter(
    ({ values, others }) => others.size > 0 && (operator === '||' || values.length > FEW_CONSTANTS),
  )
  return merged.length === 0 ? null : withGroups(operator, operands, merged)
}

/** Comparing larger expressions costs more than evaluating them twice. */
const LARGE = 300

interface Group {
  readonly first: number
  readonly element: Expr
  readonly values: Const[]
  readonly others: Set<number>
}

function withGroups(operator: Chain['operator'], operands: readonly Operand[], groups: readonly Group[]): Expr {
  const moved = new Set(groups.flatMap(({ others }) => [...others]))
  const firsts = new Map(groups.map((group) => [group.first, group]))
  const replaced = operands.map((operand, at) => {
    const group = firsts.get(at)
    return group === undefined ? operand : { ...operand, expression: test(operator, group) }
  })
  return build.chain(
    operator,
    withoutOperands(replaced, (_, at) => moved.has(at)),
  )
}

function test(operator: Chain['operator'], { element, values }: Group): Expr {
  const distinct = [...new Map(values.map((one) => [one.value, one])).values()]
  const [only] = distinct
  const type: Type = { kind: 'set', element: isString(element.type) ? STRING : element.type }
  const among = distinct.length === 1 ? build.equal(element, only as Const) : build.within(element, build.collect(distinct, type))
  return operator === '||' ? among : build.not(among)
}

/** Returns what an operand compares with constants, and the constants. */
function asking(
  operator: Chain['operator'],
  expression: Expr,
): { readonly element: Expr; readonly values: readonly Const[] } | null {
  if (operator === '&&') return expression.kind === 'Not' ? asking('||', expression.operand) : null
  if (expression.kind === 'Equal') {
    const { left, right } = expression
    if (right.kind !== 'Const' || right.value === null || !isComparable(left)) return null
    return { element: left, values: [right] }
  }
  if (expression.kind !== 'In' || expression.collection.kind !== 'Collect' || !isComparable(expression.element)) return null
  const values = expression.collection.elements.filter((one) => one.kind === 'Const')
  return values.length === expression.collection.elements.length ? { element: expression.element, values } : null
}

function isComparable(expression: Expr): boolean {
  return expression.kind !== 'Const' && isScalar(expression.type) && expression.weight < LARGE
}

/** Fields of one name may differ in type between identities. */
function keyOf(element: Expr): string {
  return `${element.type.kind} ${printExpression(element)}`
}
