/** Checks the body of a def, and collects what its callers need to know. */
import { duplicateParameter } from '../../diagnostics/catalogue/calls.ts'
import { report } from '../../diagnostics/report.ts'
import type { DefDeclaration } from '../../syntax/ast.ts'
import { type CheckedDef, nothingRead } from '../declared.ts'
import type { Def } from '../model.ts'
import { checkValue } from './check-condition.ts'
import { type ExpressionContext, type Variable, withChanges } from './expression-context.ts'
import type { FlowFacts } from './flow/narrowing.ts'
import { checkVariableName } from './operations/check-comprehension.ts'

/**
 * Checks a def whose callees are all checked.
 *
 * @param known facts with all callers as possible, as any rule may call a def
 * @param context context with the role `def`; this function sets its variables and reads
 */
export function checkDef(declaration: DefDeclaration, def: Def, known: FlowFacts, context: ExpressionContext): CheckedDef {
  const variables = new Map<string, Variable>()
  for (const [at, { name }] of declaration.params.entries()) {
    const first = variables.get(name.text)
    if (first !== undefined) {
      const related = first.span === null ? [] : [{ message: 'first declared here', span: first.span }]
      context.diagnostics.push(report(duplicateParameter, name.span, { name: name.text }, related))
      continue
    }
    checkVariableName(name, context)
    variables.set(name.text, { name: name.text, type: (def.params[at] as Def['params'][0]).type, span: name.span })
  }
  const reads = nothingRead()
  const inside = withChanges(context, { variables, reads })
  checkValue(def.body, known, inside, def.result.kind === 'unknown' ? null : def.result)
  return { def, declaration, reads }
}
