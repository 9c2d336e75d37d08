import { unknownCallerName } from '../../../diagnostics/catalogue/names.ts'
import { impossibleCaller, isNeedsCaller } from '../../../diagnostics/catalogue/reads.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import type { Is, Name } from '../../../syntax/ast.ts'
import type { Reference } from '../../model.ts'
import { BOOL } from '../../types/type.ts'
import { type Checked, type ExpressionContext, plain } from '../expression-context.ts'
import { type CallerMember, type FlowFacts, withCallers, withUnknownCallers } from '../flow/narrowing.ts'
import { checkObject } from './check-name.ts'

/** Checks `caller is N`, which narrows the possible callers. */
export function checkIs(expression: Is, known: FlowFacts, context: ExpressionContext): Checked {
  const type = checkObject(expression.operand, known, context)
  const reference = callerReference(expression.name, context)
  if (type.kind !== 'caller') {
    if (type.kind !== 'unknown') context.diagnostics.push(report(isNeedsCaller, expression.operand.span, {}))
    return plain(BOOL, known)
  }
  if (reference === null) return { type: BOOL, whenTrue: withUnknownCallers(known), whenFalse: withUnknownCallers(known) }
  context.references.set(expression, reference)
  if (reference.kind === 'role') for (const datum of reference.role.data) context.reads.data.add(datum)
  if (known.callers === null) return plain(BOOL, known)
  if (reference.kind === 'role' && context.declared.lackingRoles.has(reference.role))
    return { type: BOOL, whenTrue: withUnknownCallers(known), whenFalse: known }
  const { could, must } = membersOf(reference)
  if (![...known.callers].some(could)) {
    const callers = [...known.callers].map((member) => (member === 'anonymous' ? member : member.name))
    context.diagnostics.push(
      report(impossibleCaller, expression.span, { name: expression.name.text, callers: callers.join(' or ') }),
    )
  }
  return { type: BOOL, whenTrue: withCallers(known, could), whenFalse: withCallers(known, (member) => !must(member)) }
}

function callerReference(name: Name, context: ExpressionContext): Reference | null {
  if (name.text === 'anonymous' || name.text === 'authenticated') return { kind: name.text }
  const { scope, file, declared } = context
  const found = scope.find(file, name.text)
  if (found?.kind === 'RoleDeclaration') {
    const role = declared.roles.get(found)
    return role === undefined ? null : { kind: 'role', role }
  }
  if (found?.kind === 'IdentityDeclaration') {
    const identity = declared.identities.get(found)
    return identity === undefined ? null : { kind: 'identity', identity }
  }
  if (scope.isBroken(file, name.text)) return null
  const words = ['anonymous', 'authenticated']
  const suggestion = scope.nearest(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'], words)
  const other = scope.elsewhere(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'])
  const params = { name: name.text, suggestion, known: found !== null, elsewhere: other?.path ?? null }
  const fixes = other?.fixes ?? renameTo(suggestion, name.span)
  context.diagnostics.push(report(unknownCallerName, name.span, params, [], fixes))
  return null
}

/** Returns which callers may match the name after `is`, and which certainly do. */
function membersOf(reference: Reference): { could(member: CallerMember): boolean; must(member: CallerMember): boolean } {
  switch (reference.kind) {
    case 'identity': {
      const test = (member: CallerMember) => member === reference.identity
      return { could: test, must: test }
    }
    case 'role': {
      const { identities, condition } = reference.role
      const could = (member: CallerMember) => member !== 'anonymous' && identities.includes(member)
      return { could, must: condition === null ? could : () => false }
    }
    case 'authenticated': {
      const test = (member: CallerMember) => member !== 'anonymous'
      return { could: test, must: test }
    }
    default: {
      const test = (member: CallerMember) => member === 'anonymous'
      return { could: test, must: test }
    }
  }
}
