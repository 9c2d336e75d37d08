/** Checks `all exists exists_one filter map optMap`: their ranges, variables and bodies. */

import { receiverType } from '../../../diagnostics/catalogue/calls.ts'
import { shadowedName } from '../../../diagnostics/catalogue/reads.ts'
import { nestedOptional, setOfOthers } from '../../../diagnostics/catalogue/types.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Span } from '../../../source.ts'
import type { Comprehension, Name } from '../../../syntax/ast.ts'
import { checkReservedName } from '../../reserved-name.ts'
import { BOOL, isScalar, STRING, showType, type Type, UNKNOWN } from '../../types/type.ts'
import { ROOTS } from '../access/roots.ts'
import { checkBool } from '../check-bool.ts'
import { type ExpressionContext, type Variable, withChanges } from '../expression-context.ts'
import type { FlowFacts } from '../flow/narrowing.ts'

export function checkComprehension(expression: Comprehension, known: FlowFacts, context: ExpressionContext): Type {
  const given = context.check(expression.range, known, context).type
  const element = elementOf(expression, given, context)
  // The range was reported, so its elements are unknown.
  const range = element === null ? UNKNOWN : given
  checkVariableName(expression.variable, context)
  const variable: Variable = { name: expression.variable.text, type: element ?? UNKNOWN, span: expression.variable.span }
  const variables = new Map(context.variables).set(variable.name, variable)
  const inside = withChanges(context, { operand: null, variables })
  const { filter, body, macro } = expression
  if (macro !== 'map' && macro !== 'optMap') {
    checkBool(body, known, withChanges(inside, { operand: body }))
    return macro === 'filter' ? filtered(range) : BOOL
  }
  const kept = filter === null ? known : checkBool(filter, known, withChanges(inside, { operand: filter })).whenTrue
  const result = context.check(body, kept, inside).type
  return range.kind === 'unknown' || result.kind === 'unknown' ? UNKNOWN : mapped(expression, range, result, context)
}

/** Returns the variable's type. Null, and reported, if the range is not iterable. */
function elementOf({ macro, range, body }: Comprehension, type: Type, { diagnostics }: ExpressionContext): Type | null {
  if (type.kind === 'unknown') return UNKNOWN
  if (macro === 'optMap') {
    if (type.kind === 'optional') return type.value
  } else {
    if (type.kind === 'list' || type.kind === 'set') return type.element
    if (type.kind === 'map') return STRING
  }
  const on = macro === 'optMap' ? 'an optional, such as `x.?f` or `m[?k]`' : 'a list, a set, or the keys of a map'
  diagnostics.push(report(receiverType, macroName(range.span, body.span, macro), { name: macro, type: showType(type), on }))
  return null
}

/** Returns the span of the macro's name, which stands between its range and its body. */
function macroName(range: Span, body: Span, macro: string): Span {
  const { source } = range
  const at = source.text.indexOf(macro, range.end)
  return at === -1 || at > body.start ? range : { source, start: at, end: at + macro.length }
}

function filtered(range: Type): Type {
  return range.kind === 'map' ? { kind: 'set', element: STRING } : range
}

function mapped({ macro, body }: Comprehension, range: Type, result: Type, { diagnostics }: ExpressionContext): Type {
  if (result.kind === 'optional') {
    const within = macro === 'optMap' ? 'an optional' : range.kind === 'list' ? 'a list' : 'a set'
    diagnostics.push(report(nestedOptional, body.span, { within }))
    return UNKNOWN
  }
  if (macro === 'optMap') return { kind: 'optional', value: result }
  if (range.kind === 'list') return { kind: 'list', element: result }
  // A list would show the order of a set or of a map's keys, which must not be visible.
  if (isScalar(result)) return { kind: 'set', element: result }
  diagnostics.push(report(setOfOthers, body.span, { range: range.kind, type: showType(result) }))
  return UNKNOWN
}

/** Rejects a variable whose name would hide another declaration. */
export function checkVariableName(variable: Name, context: ExpressionContext): void {
  const { text, span } = variable
  const { place, scope, file, diagnostics } = context
  if (place === 'standalone' || !checkReservedName(variable, diagnostics)) return
  const found = scope.find(file, text)
  const declared = found?.kind === 'DataDeclaration' || found?.kind === 'DefDeclaration' ? found : null
  if (declared === null && !(ROOTS as readonly string[]).includes(text)) return
  const related = declared === null ? [] : [{ message: 'declared here', span: declared.name.span }]
  const what = declared === null ? 'what a condition reads' : declared.kind === 'DefDeclaration' ? 'a def' : 'data'
  diagnostics.push(report(shadowedName, span, { name: text, what, instead: `one_${text}` }, related))
}
