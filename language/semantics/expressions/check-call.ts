import { BUILTINS, builtinNamed, type ReceiverKind } from '../../builtins/index.ts'
import { argumentCount, argumentType, notYetName, receiverType, unknownFunction } from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Call } from '../../syntax/ast.ts'
import { isString, showType, type Type, UNKNOWN } from '../types/type.ts'
import type { ExpressionContext } from './expression-context.ts'
import type { Known } from './narrowing.ts'

/** Of `language.md`, and not in this version. */
const PLANNED = new Set(
  `all exists exists_one filter map matches split timestamp duration ip cidr orValue hasValue optMap getHours getMinutes getSeconds
  getMilliseconds getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear containsIP within charAt indexOf lastIndexOf join replace
  substring trim reverse int double string`.split(/\s+/),
)

export function checkCall(expression: Call, known: Known, context: ExpressionContext): Type {
  const { text, span } = expression.name
  const builtin = builtinNamed(text)
  if (builtin === null || (expression.receiver === null && !builtin.global)) {
    if (PLANNED.has(text)) context.diagnostics.push(report(notYetName, span, { name: `${text}()` }))
    else
      context.diagnostics.push(
        report(unknownFunction, span, {
          name: text,
          method: builtin !== null,
          suggestion: nearest(text, Object.keys(BUILTINS)),
        }),
      )
    return UNKNOWN
  }
  // `size(x)` and `x.size()` are one.
  const operands = expression.receiver === null ? expression.arguments : [expression.receiver, ...expression.arguments]
  const types = operands.map((operand) => context.check(operand, known, context).type)
  const given = types.length - 1
  if (given !== builtin.parameters.length) {
    const form =
      expression.receiver === null
        ? { wanted: builtin.parameters.length + 1, given: given + 1 }
        : { wanted: builtin.parameters.length, given }
    context.diagnostics.push(report(argumentCount, span, { name: text, ...form }))
    return builtin.result
  }
  const [receiver, ...rest] = types as [Type, ...Type[]]
  if (receiver.kind !== 'unknown' && !builtin.on.some((kind) => isKind(receiver, kind))) {
    const at = operands[0]?.span ?? span
    context.diagnostics.push(report(receiverType, at, { name: text, type: showType(receiver), on: builtin.on.join(', ') }))
    return builtin.result
  }
  for (const [at, type] of rest.entries()) {
    const wanted = builtin.parameters[at] as Type
    if (type.kind === 'unknown' || isKind(type, wanted.kind as ReceiverKind)) continue
    context.diagnostics.push(
      report(argumentType, (operands[at + 1] as (typeof operands)[0]).span, {
        name: text,
        wanted: showType(wanted),
        type: showType(type),
      }),
    )
  }
  return builtin.result
}

function isKind(type: Type, kind: ReceiverKind): boolean {
  return kind === 'string' ? isString(type) : type.kind === kind
}
