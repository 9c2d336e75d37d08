import { overloadsNamed } from '../../../builtins/index.ts'
import type { Call, Expression } from '../../../syntax/ast.ts'
import { type Type, UNKNOWN } from '../../types/type.ts'
import { checkReceiver } from '../access/check-name.ts'
import { type Checked, type ExpressionContext, plain } from '../expression-context.ts'
import { type FlowFacts, withPresent } from '../flow/narrowing.ts'
import { presentKeys } from '../flow/stable-key.ts'
import { isEmptyLiteral, rankOf } from '../operations/takes-its-type.ts'
import { formOf, hasForm } from './call-form.ts'
import { checkConstants } from './check-constants.ts'
import { checkDefCall } from './check-def-call.ts'
import { expectedAt, instantiate, matching } from './match-overload.ts'
import { reportNoOverload } from './report-no-overload.ts'
import { isMeantAsMacro, reportUnknownFunction } from './report-unknown-function.ts'

export function checkCall(call: Call, known: FlowFacts, context: ExpressionContext): Checked {
  const form = formOf(call, context)
  if (form.kind === 'function' && context.place !== 'standalone') {
    const found = context.scope.find(context.file, call.name.text)
    if (found?.kind === 'DefDeclaration') return plain(checkDefCall(call, found, known, context), known)
  }
  const operands = form.kind === 'method' ? [call.receiver as Expression, ...call.arguments] : call.arguments
  const candidates = overloadsNamed(call.name.text).filter((candidate) => hasForm(candidate, form))
  if (candidates.length === 0) {
    const ofMacro = call.receiver === null ? [] : [call.receiver]
    const read = isMeantAsMacro(call, form, context) ? ofMacro : operands
    const types = read.map((operand) => (isEmptyLiteral(operand) ? UNKNOWN : checkOperand(operand, call, known, context)))
    // Nothing is said about functions of an unknown receiver, such as another language's `base64` in `base64.encode(…)`.
    const isOfNothing = form.kind === 'method' && operands[0]?.kind === 'Identifier' && types[0]?.kind === 'unknown'
    if (!isOfNothing) reportUnknownFunction(call, form, context)
    return plain(UNKNOWN, known)
  }
  const given = call.arguments.length
  const types = checkOperands(operands, call, known, context, (at, types) => expectedAt(at, candidates, given, types))
  const found = matching(candidates, given, types)
  const [first] = found
  if (first === undefined) {
    reportNoOverload(call, operands, types, candidates, context)
    return plain(UNKNOWN, known)
  }
  const type = instantiate(first.candidate.signature.result, first.binding)
  // Beside a reported mistake several overloads may fit, and which one is meant is unknown.
  if (types.some(({ kind }) => kind === 'unknown')) return plain(found.length > 1 ? UNKNOWN : type, known)
  context.references.set(call, { kind: 'builtin', id: first.candidate.id })
  if (!checkConstants(call, operands, first.candidate.id, context)) return plain(UNKNOWN, known)
  if (first.candidate.id !== 'optional.hasValue') return plain(type, known)
  // `x.?f.hasValue()` narrows like `has(x.f)`.
  return { type, whenTrue: presentKeys(operands[0] as Expression, context).reduce(withPresent, known), whenFalse: known }
}

/** Returns the operands' types. Literals that take their type from their context come after the others, empty ones last. */
function checkOperands(
  operands: readonly Expression[],
  call: Call,
  known: FlowFacts,
  context: ExpressionContext,
  expected: (at: number, types: readonly (Type | null)[]) => Type | undefined,
): Type[] {
  const types: (Type | null)[] = operands.map((operand) =>
    rankOf(operand) === 0 ? checkOperand(operand, call, known, context) : null,
  )
  for (const turn of [1, 2]) {
    if (!types.includes(null)) break
    for (const [at, operand] of operands.entries()) {
      if (rankOf(operand) === turn) types[at] = checkOperand(operand, call, known, context, expected(at, types))
    }
  }
  return types as Type[]
}

function checkOperand(operand: Expression, call: Call, known: FlowFacts, context: ExpressionContext, expected?: Type): Type {
  if (operand === call.receiver && operand.kind === 'Identifier') return checkReceiver(operand, context)
  return context.check(operand, known, context, expected).type
}
