/** Checks the principals of `to`, and who can be the caller then. */
import { unknownCallerName } from '../../diagnostics/catalogue/names.ts'
import { missingTo } from '../../diagnostics/catalogue/policy.ts'
import { callerCalled } from '../../diagnostics/other-words.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import type { File, Name, RuleDeclaration } from '../../syntax/ast.ts'
import type { CheckContext } from '../check-context.ts'
import type { CallerMember } from '../expressions/flow/narrowing.ts'
import type { Principal } from '../model.ts'

/** Returns a rule's principals, or null if a reported mistake hides them. */
export function principalsOf(declaration: RuleDeclaration, file: File, world: CheckContext): Principal[] | null {
  if (declaration.to === null) {
    if (declaration.effect === 'forbid') return [{ kind: 'anyone' }]
    world.diagnostics.push(report(missingTo, declaration.name.span, { rule: declaration.name.text }))
    return null
  }
  const each = declaration.to.map((name) => principalNamed(name, file, world))
  const known = each.filter((one) => one !== null)
  return known.length < each.length ? null : known
}

function principalNamed(name: Name, file: File, { scope, declared, diagnostics }: CheckContext): Principal | null {
  if (name.text === 'anyone' || name.text === 'anonymous' || name.text === 'authenticated') return { kind: name.text }
  const found = scope.find(file, name.text)
  const role = found?.kind === 'RoleDeclaration' ? declared.roles.get(found) : undefined
  if (role !== undefined) return { kind: 'role', role }
  const identity = found?.kind === 'IdentityDeclaration' ? declared.identities.get(found) : undefined
  if (identity !== undefined) return { kind: 'identity', identity }
  if (scope.isBroken(file, name.text)) return null
  const words = ['anyone', 'anonymous', 'authenticated']
  const suggestion = scope.nearest(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'], words) ?? callerCalled(name.text)
  const related = found === null ? [] : [{ message: 'declared here', span: found.name.span }]
  const other = scope.elsewhere(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'])
  const params = { name: name.text, suggestion, known: found !== null, elsewhere: other?.path ?? null }
  const fixes = other?.fixes ?? renameTo(suggestion, name.span)
  diagnostics.push(report(unknownCallerName, name.span, params, related, fixes))
  return null
}

/** Returns the possible callers of a rule, or null if some are unknown. */
export function callersOf(to: readonly Principal[], { identities, declared, scope }: CheckContext): Set<CallerMember> | null {
  const callers = new Set<CallerMember>()
  for (const principal of to) {
    switch (principal.kind) {
      case 'identity':
        callers.add(principal.identity)
        break
      case 'role':
        if (declared.lackingRoles.has(principal.role)) return null
        for (const identity of principal.role.identities) callers.add(identity)
        break
      case 'anonymous':
        callers.add('anonymous')
        break
      case 'anyone':
      case 'authenticated':
        if (scope.lacking) return null
        if (principal.kind === 'anyone') callers.add('anonymous')
        for (const identity of identities) callers.add(identity)
    }
  }
  return callers
}
