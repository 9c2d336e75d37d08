/** Checks comparisons in which the default of an optional can equal the other side, so that something that is missing matches. */
import { comparableDefault } from '../../../diagnostics/catalogue/reads.ts'
import type { Fix } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Binary, Call, Expression } from '../../../syntax/ast.ts'
import { visit } from '../../../syntax/children.ts'
import type { FieldShape, Type } from '../../types/type.ts'
import { isHeaders } from '../access/check-headers.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { type FlowFacts, isDiffering, presenceOf } from '../flow/narrowing.ts'
import { constantKey, EMPTY, presentKeys, sizedBy, stableKey } from '../flow/stable-key.ts'
import { valueIfMissing } from '../guard-by.ts'
import { replaceBy } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'

/**
 * Reports `o.orValue(d) == x` if `o` may be empty, `x` may be `d`, and the equality would then permit, or not forbid. A default
 * that is empty stands for nothing; any other is reported beside a claim of the caller alone, as an absence may well count as
 * `"free"` or 0.
 */
export function checkDefault(
  expression: Binary,
  [left, right]: readonly [Type, Type],
  known: FlowFacts,
  context: ExpressionContext,
): void {
  // An invariant or a property neither permits nor refuses, and a guard would change what it says.
  if (context.place === 'invariant') return
  // Most comparisons call nothing.
  if (expression.left.kind !== 'Call' && expression.right.kind !== 'Call') return
  for (const [side, other, type] of [
    [expression.left, expression.right, right],
    [expression.right, expression.left, left],
  ] as const) {
    if (!isOrValue(side, context) || !canEqual(side, other, type, known, context)) continue
    const missing = context.rule === null ? null : valueIfMissing(expression, context.rule)
    if (isPresent(side.receiver, known, context) || !opens(expression, missing)) continue
    const { guarded, fixes } = guardedComparison(expression, side, known, context)
    const [read, fallback] = [showExpression(side.receiver), showExpression(side.arguments[0] as Expression)]
    const words = { read, fallback, other: showExpression(other), guarded }
    context.diagnostics.push(
      report(comparableDefault, expression.span, words, [], takes(expression, missing, context) ? fixes : []),
    )
    return
  }
}

type OrValue = Call & { readonly receiver: Expression }

function isOrValue(expression: Expression, { references }: ExpressionContext): expression is OrValue {
  if (expression.kind !== 'Call' || expression.name.text !== 'orValue') return false
  const reference = references.get(expression)
  return reference?.kind === 'builtin' && reference.id === 'optional.orValue'
}

function canEqual(side: OrValue, other: Expression, type: Type, known: FlowFacts, context: ExpressionContext): boolean {
  const fallback = side.arguments[0] as Expression
  const roots = rootsOf(other, context)
  // A comparison of a default with a constant is decided where it is written.
  if (roots.size === 0) return false
  // Both values of a `bool` are ordinary defaults.
  const constant = constantKey(fallback)
  if (constant === null || !fits(fallback, type)) return false
  const key = stableKey(other, context)
  if (key !== null && isDiffering(known, key, constant)) return false
  if (constant === EMPTY) return !isNeverEmpty(other, context)
  const isSize = fallback.kind === 'IntLiteral' && fallback.value < 0 && sizedBy(other, context) !== null
  return roots.has('caller') && !isSize
}

function fits(fallback: Expression, type: Type): boolean {
  return fallback.kind !== 'StringLiteral' || type.kind !== 'literals' || type.values.includes(fallback.value)
}

/** Returns what an expression reads: roots by name, and other kinds of references. Empty for a constant. */
function rootsOf(expression: Expression, { references }: ExpressionContext): ReadonlySet<string> {
  const found = new Set<string>()
  visit(expression, (node) => {
    const reference = node.kind === 'Identifier' ? references.get(node) : undefined
    if (reference !== undefined) found.add(reference.kind === 'root' ? reference.root : reference.kind)
    return true
  })
  return found
}

/** Returns whether a text or list is certainly not empty: by a part that is not, or as a parameter or field of the request. */
function isNeverEmpty(expression: Expression, context: ExpressionContext): boolean {
  switch (expression.kind) {
    case 'StringLiteral':
    case 'ListLiteral':
      return constantKey(expression) !== EMPTY
    case 'Binary':
      return expression.operator === '+' && [expression.left, expression.right].some((part) => isNeverEmpty(part, context))
    case 'Call': {
      const reference = context.references.get(expression)
      return reference?.kind === 'builtin' && reference.id.startsWith('string(') && reference.id !== 'string(string)'
    }
    case 'Member': {
      const reference = context.references.get(expression.object)
      if (reference?.kind !== 'root') return false
      // `{rest...}` is empty in a path that ends with `/`.
      const isRest = context.roots.rests?.has(expression.field.text) === true
      return reference.root === 'request' || (reference.root === 'params' && !isRest)
    }
    default:
      return false
  }
}

/** Returns whether an optional certainly has a value here. */
function isPresent(read: Expression, known: FlowFacts, context: ExpressionContext): boolean {
  const key = presentKeys(read, context).at(-1)
  if (key !== undefined && presenceOf(known, key) !== null) return true
  if (read.kind !== 'OptionalMember') return false
  const type = context.types.get(read.object)
  const shapes =
    type?.kind === 'caller'
      ? claimOf(read.field.text, known)
      : [type?.kind === 'record' ? type.fields.get(read.field.text) : undefined]
  return shapes.every((shape) => shape?.optional === false)
}

/** Returns the claim of each possible caller, undefined for those who lack it. */
function claimOf(name: string, { callers }: FlowFacts): readonly (FieldShape | undefined)[] {
  if (callers === null) return [undefined]
  return [...callers].map((member) => (member === 'anonymous' ? undefined : member.fields.get(name)))
}

/** Returns whether the comparison, by taking the default for a value, permits or does not forbid. */
function opens({ operator }: Binary, missing: boolean | null): boolean {
  return missing === null || missing === (operator === '!=')
}

/** Returns whether `&&` and `||` can stand in the place of a comparison: nothing around it binds tighter. */
function takes(expression: Binary, missing: boolean | null, { operand }: ExpressionContext): boolean {
  return expression === operand || missing !== null || isParenthesized(expression)
}

function isParenthesized({ span: { source, start, end } }: Expression): boolean {
  return /\(\s*$/.test(source.text.slice(0, start)) && /^\s*\)/.test(source.text.slice(end))
}

/** Returns the comparison in which what is missing equals nothing, and the fix if its place takes it. */
function guardedComparison(
  expression: Binary,
  side: OrValue,
  known: FlowFacts,
  context: ExpressionContext,
): { readonly guarded: string; readonly fixes: readonly Fix[] } {
  const other = side === expression.left ? expression.right : expression.left
  const { operator } = expression
  const isEqual = operator === '=='
  const comparing = (value: string) =>
    side === expression.left ? `${value} ${operator} ${textOf(other)}` : `${textOf(other)} ${operator} ${value}`
  if (presentKeys(side.receiver, context).length === 0) {
    const name = freeName(expression, context)
    return writing(`${textOf(side.receiver)}.optMap(${name}, ${comparing(name)}).orValue(${!isEqual})`)
  }
  const { guard, value } = plainRead(side.receiver, known, context) ?? {
    guard: `${textOf(side.receiver)}.hasValue()`,
    value: textOf(side),
  }
  const opposite = guard.includes(' in ') ? `!(${guard})` : `!${guard}`
  return isEqual ? writing(`${guard} && ${comparing(value)}`) : writing(`(${opposite} || ${comparing(value)})`)

  function writing(guarded: string) {
    return { guarded, fixes: replaceBy(guarded, expression.span) }
  }
}

/** Returns the guard and the plain read that say what an optional read says; null if there is no such read. */
function plainRead(
  read: Expression,
  known: FlowFacts,
  context: ExpressionContext,
): { readonly guard: string; readonly value: string } | null {
  if (read.kind !== 'OptionalMember' && read.kind !== 'OptionalIndex') return null
  const type = context.types.get(read.object)
  const object = textOf(read.object)
  if (read.kind === 'OptionalIndex') {
    const isMap = type?.kind === 'map' || isHeaders(read.object, context)
    return isMap ? { guard: `${textOf(read.index)} in ${object}`, value: `${object}[${textOf(read.index)}]` } : null
  }
  const isReadable =
    type?.kind === 'caller' ? claimOf(read.field.text, known).every((shape) => shape !== undefined) : type?.kind !== 'optional'
  const value = `${object}.${read.field.text}`
  return isReadable ? { guard: `has(${value})`, value } : null
}

/** Returns a name for a variable that means nothing in a comparison and its place. */
function freeName(expression: Expression, { variables, scope, file }: ExpressionContext): string {
  const words = new Set(textOf(expression).match(/\w+/g))
  let name = 'value'
  while (words.has(name) || variables.has(name) || scope.find(file, name) !== null) name = `one_${name}`
  return name
}

/** Returns the source text of an operand, an index or the object of an access, with its parentheses. */
function textOf(expression: Expression): string {
  const { source, start, end } = expression.span
  const text = source.text.slice(start, end)
  return isParenthesized(expression) ? `(${text})` : text
}
