import type { OverloadCandidate } from '../../../builtins/index.ts'
import { argumentCount, argumentType, receiverType } from '../../../diagnostics/catalogue/calls.ts'
import { incomparable } from '../../../diagnostics/catalogue/types.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Call, Expression } from '../../../syntax/ast.ts'
import { showType, type Type } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { asDouble } from '../quick-fixes.ts'
import { patternsOf, showPattern, type TypeBinding, unify } from './match-overload.ts'

/** Reports why no overload accepts the operands: their number, the receiver, or the first operand that fits none. */
export function reportNoOverload(
  call: Call,
  operands: readonly Expression[],
  types: readonly Type[],
  candidates: readonly OverloadCandidate[],
  { diagnostics }: ExpressionContext,
): void {
  const { text: name, span } = call.name
  const given = call.arguments.length
  const isMethod = candidates[0]?.signature.receiver != null
  const onReceiver = isMethod ? candidates.filter((candidate) => fittingOperands(candidate, 1, types, given) >= 1) : candidates
  if (onReceiver.length === 0) {
    const on = [
      ...new Set(candidates.flatMap(({ signature }) => (signature.receiver === null ? [] : [showPattern(signature.receiver)]))),
    ]
    const [receiver] = operands as [Expression]
    diagnostics.push(report(receiverType, receiver.span, { name, type: showType(types[0] as Type), on: on.join(', ') }))
    return
  }
  const counted = onReceiver.filter((candidate) => patternsOf(candidate, given) !== null)
  if (counted.length === 0) {
    const counts = onReceiver.map(({ signature: { required, rest, parameters } }) => ({
      least: required,
      most: rest ? null : parameters.length,
    }))
    const least = Math.min(...counts.map((one) => one.least))
    const most = counts.some((one) => one.most === null) ? null : Math.max(...counts.map((one) => one.most ?? 0))
    diagnostics.push(report(argumentCount, span, { name, least, most, given }))
    return
  }
  // The candidates that accept the most leading operands agree on the first wrong one.
  const reached = counted.map((candidate) => fittingOperands(candidate, operands.length, types, given))
  const at = Math.max(...reached)
  const furthest = counted.filter((_, index) => reached[index] === at)
  const operand = operands[at]
  if (operand === undefined) {
    // All operands fit, but the elements of `sets.*` are no scalars.
    diagnostics.push(report(incomparable, (operands[0] as Expression).span, { type: showType(types[0] as Type) }))
    return
  }
  const wanted = [...new Set(furthest.map((candidate) => wantedAt(candidate, at, types, given)))].join('` or `')
  const type = types[at] as Type
  const fixes = type.kind === 'int' && wanted === 'double' ? asDouble(operand) : []
  diagnostics.push(report(argumentType, operand.span, { name, wanted, type: showType(type) }, [], fixes))
}

/** Returns how many leading operands fit a candidate. */
function fittingOperands(candidate: OverloadCandidate, limit: number, types: readonly Type[], given: number): number {
  const patterns = patternsOf(candidate, given) ?? [candidate.signature.receiver ?? []].flat()
  const binding: TypeBinding = { variable: null }
  for (let at = 0; at < limit; at += 1) {
    const pattern = patterns[at]
    if (pattern === undefined || !unify(pattern, types[at] as Type, binding)) return at
  }
  return limit
}

function wantedAt(candidate: OverloadCandidate, at: number, types: readonly Type[], given: number): string {
  const patterns = patternsOf(candidate, given) ?? []
  const binding: TypeBinding = { variable: null }
  for (const [before, pattern] of patterns.slice(0, at).entries()) unify(pattern, types[before] as Type, binding)
  const pattern = patterns[at]
  return pattern === undefined ? '' : showPattern(pattern, binding)
}
