import { argumentCount, argumentType } from '../../../diagnostics/catalogue/calls.ts'
import { roleReadsRequest } from '../../../diagnostics/catalogue/reads.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Call, DefDeclaration } from '../../../syntax/ast.ts'
import { fitsType, showType, type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import type { FlowFacts } from '../flow/narrowing.ts'

/** Checks a call of a def. The def's reads become reads of the calling expression. */
export function checkDefCall(call: Call, declaration: DefDeclaration, known: FlowFacts, context: ExpressionContext): Type {
  const { text: name, span } = call.name
  const checked = context.declared.defs.get(declaration)
  const params = checked?.def.params
  const types = call.arguments.map((argument, at) => context.check(argument, known, context, params?.[at]?.type).type)
  // A cycle of defs, reported before.
  if (checked === undefined || params === undefined) return UNKNOWN
  const related = [{ message: 'declared here', span: declaration.name.span }]
  if (types.length !== params.length) {
    const words = { name, least: params.length, most: params.length, given: types.length }
    context.diagnostics.push(report(argumentCount, span, words, related))
    return checked.def.result
  }
  for (const [at, { type: wanted }] of params.entries()) {
    const type = types[at] as Type
    if (type.kind === 'unknown' || fitsType(type, wanted)) continue
    const words = { name, wanted: showType(wanted), type: showType(type) }
    const parameter = declaration.params[at]
    const place = parameter === undefined ? related : [{ message: 'declared here', span: parameter.name.span }]
    context.diagnostics.push(report(argumentType, (call.arguments[at] as Call['arguments'][0]).span, words, place))
  }
  context.references.set(call, { kind: 'def', def: checked.def })
  takeReads(call, checked.reads, context, related)
  return checked.def.result
}

type Reads = ExpressionContext['reads']

function takeReads(
  call: Call,
  reads: Reads,
  context: ExpressionContext,
  related: readonly { message: string; span: Call['span'] }[],
): void {
  const beyond = [...reads.roots].find((root) => root !== 'caller')
  if (context.place === 'role' && beyond !== undefined)
    context.diagnostics.push(report(roleReadsRequest, call.span, { name: beyond }, related))
  for (const root of reads.roots) context.reads.roots.add(root)
  for (const header of reads.headers) context.reads.headers.add(header)
  for (const datum of reads.data) context.reads.data.add(datum)
}
