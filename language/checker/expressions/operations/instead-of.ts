/** Suggestions for comparisons of different types. */
import { isAddress, isRange } from '../../../builtins/constants/addresses.ts'
import { parseTimestamp, readDurationConstant } from '../../../builtins/constants/times.ts'
import type { Fix } from '../../../diagnostics/diagnostic.ts'
import type { Binary, Expression } from '../../../syntax/ast.ts'
import { isString, joinTypes, type Type } from '../../types/type.ts'
import { asDouble, replaceBy } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'

interface Instead {
  /** The suggestion for the message; null if none is likely. */
  readonly instead: string | null
  readonly fixes: readonly Fix[]
}

const NOTHING: Instead = { instead: null, fixes: [] }
const orders: ReadonlySet<string> = new Set(['<', '<=', '>', '>='])
/** By the kind of the other side: whether a text spells a value of that kind. */
const spelled: Readonly<Record<string, (text: string) => boolean>> = {
  ip: isAddress,
  cidr: isRange,
  timestamp: (text) => parseTimestamp(text) !== null,
  duration: (text) => readDurationConstant(text) !== null,
}

export function insteadOf(expression: Binary, left: Type, right: Type): Instead {
  const { operator } = expression
  if (orders.has(operator)) {
    const chained = joined(expression, left)
    if (chained !== null) return chained
  }
  if (operator === 'in' && left.kind === 'ip' && right.kind === 'cidr') {
    const [address, ranges] = [showExpression(expression.left), showExpression(expression.right)]
    return writing(`${ranges}.exists(range, range.containsIP(${address}))`, expression)
  }
  const kinds = [left.kind, right.kind]
  if (kinds.includes('int') && kinds.includes('double')) return inDoubles(expression, left)
  if (operator === 'in') return left.kind === 'ip' ? (amongRanges(expression) ?? NOTHING) : NOTHING
  const held = heldBy(expression.left, left, right) ?? heldBy(expression.right, right, left)
  if (held !== null) return held
  return literalAs(expression.left, right) ?? literalAs(expression.right, left) ?? NOTHING
}

/** `source.ip in ["10.0.0.0/8"]` */
function amongRanges({ left, right }: Binary): Instead | null {
  const ranges = right.kind === 'ListLiteral' ? right.elements : []
  if (ranges.length === 0 || !ranges.every((one) => one.kind === 'StringLiteral' && isRange(one.value))) return null
  const [address, written] = [showExpression(left), ranges.map((one) => `cidr(${showExpression(one)})`)]
  const place = { ...left, span: { ...left.span, end: right.span.end } }
  if (written.length === 1) return writing(`${written[0]}.containsIP(${address})`, place)
  return writing(`[${written.join(', ')}].exists(range, range.containsIP(${address}))`, place)
}

/** An `int` beside a `double`: a literal takes the other's form, and anything else is converted. */
function inDoubles(expression: Binary, left: Type): Instead {
  const [whole, double] = left.kind === 'int' ? [expression.left, expression.right] : [expression.right, expression.left]
  const [literal] = asDouble(whole)
  if (literal !== undefined) return { instead: `\`${literal.edits[0]?.text}\``, fixes: [literal] }
  if (expression.operator === 'in' && whole === expression.right) return NOTHING
  if (double.kind === 'DoubleLiteral' && Number.isSafeInteger(double.value)) return writing(String(double.value), double)
  const { span } = whole
  return writing(`double(${span.source.text.slice(span.start, span.end)})`, whole)
}

/** Suggests to unwrap an optional that is compared with what it may hold. */
function heldBy(optional: Expression, type: Type, other: Type): Instead | null {
  if (type.kind !== 'optional' || joinTypes(type.value, other) === null) return null
  const written = showExpression(optional).replaceAll('`', "'")
  return { instead: `\`${written}.orValue(…)\` with a default for an empty optional`, fixes: [] }
}

/** `1 <= x <= 9` */
function joined(place: Binary, type: Type): Instead | null {
  const { left: first, operator, right } = place
  if (type.kind !== 'bool' || first.kind !== 'Binary' || !orders.has(first.operator)) return null
  const written = `${showExpression(first)} && ${showExpression(first.right)} ${operator} ${showExpression(right)}`
  return { instead: `two comparisons, joined by \`&&\`: \`${written}\``, fixes: replaceBy(written, place.span) }
}

/** A literal as what the other side is: `"10.0.0.1"` beside an address, `"7"` beside a number, `7` beside a text. */
function literalAs(literal: Expression, other: Type): Instead | null {
  if (literal.kind === 'IntLiteral' && isString(other)) return writing(`"${literal.value}"`, literal)
  if (literal.kind === 'IntLiteral' && other.kind === 'duration')
    return { instead: `\`duration("${literal.value}h")\` with the intended unit: \`h\`, \`m\` or \`s\``, fixes: [] }
  if (literal.kind !== 'StringLiteral') return null
  const { value } = literal
  if (other.kind === 'int' && /^-?(?:0|[1-9]\d{0,14})$/.test(value)) return writing(value, literal)
  const isSpelled = Object.hasOwn(spelled, other.kind) ? spelled[other.kind] : undefined
  if (isSpelled === undefined) return null
  if (isSpelled(value)) return writing(`${other.kind}(${showExpression(literal)})`, literal)
  return { instead: `\`${other.kind}("…")\` with the string`, fixes: [] }
}

function writing(text: string, place: Expression): Instead {
  return { instead: `\`${text.replaceAll('`', "'")}\``, fixes: replaceBy(text, place.span) }
}
