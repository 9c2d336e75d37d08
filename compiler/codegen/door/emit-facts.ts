/** The `facts` function of an identity: claims → typed caller and role bits. */
import type { IdentityIr, PolicyIr, RoleIr } from '../../ir/index.ts'
import { placeOf } from '../../places.ts'
import { type Code, comment, joinCode, js, mark } from '../code.ts'
import { emitObject } from '../emit-object.ts'
import { emitTest } from '../expressions/emit-expression.ts'
import { at, chainTerm, LEVEL, type Term, term } from '../expressions/term.ts'
import { emitFunction, FunctionScope } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'
import { moduleName } from '../names.ts'
import { property } from '../property.ts'
import { emitConversion, emitConverter, emitField, emitMember, isScope } from './emit-conversion.ts'

/** Adds the function to the module; returns its name. */
export function emitFacts(identity: IdentityIr, index: number, policy: PolicyIr, module: ModuleScope): Code {
  const name = moduleName('facts', identity.name)
  const scope = new FunctionScope(module, 'facts')
  const fields = policy.callerFields.map((field) => [property(field), emitClaim(field, identity, module)] as const)
  const roles = Array.from({ length: policy.roleWords }, () => js`0`)
  const tests = emitRoles(identity, scope)
  const body = [
    ...(identity.spiffe ? [js`const spiffe = abi.spiffe(abi.member(claims, 'spiffe_id'))`] : []),
    js`const caller = ${emitObject(fields)}`,
    js`const roles = [${joinCode(roles, ', ')}]`,
    js`const facts = { identity: ${index}, roles, caller, auth }`,
    ...scope.head(),
    ...tests,
    js`return facts`,
  ]
  const code = joinCode([comment(`identity ${identity.name}`), emitFunction(name, js`claims, data, auth`, body)], '\n')
  module.addFunction(mark(placeOf.identity(identity.name), code))
  return name
}

/** Roles in an order in which each finds the bits of those that it reads. One whose data never came is not there. */
function emitRoles({ roles }: IdentityIr, scope: FunctionScope): readonly Code[] {
  return roles.flatMap((role) => {
    const set = js`roles[${role.word}] |= ${2 ** role.bit}`
    const terms = conditions(role, scope)
    const condition = terms.length === 0 ? null : at(LEVEL.loose, chainTerm('&&', terms))
    const line = condition === null ? set : js`if (${condition}) ${set}`
    return [mark(placeOf.role(role.name), joinCode([comment(`role ${role.name}`), line], '\n'))]
  })
}

function conditions({ data, test }: RoleIr, scope: FunctionScope): readonly Term[] {
  const given = data.map((name) => term(js`${scope.data(name)} !== undefined`, LEVEL.equality))
  return test.kind === 'Const' && test.value === true ? given : [...given, emitTest(test, 'false', scope)]
}

/** The value of a caller's field; all callers of a bundle have all fields, so that they have one shape. */
function emitClaim(name: string, identity: IdentityIr, module: ModuleScope): Code {
  const shape = identity.claims.get(name)
  if (shape !== undefined) {
    const { path, type, optional } = shape
    if (!isScope(path, type)) return emitField(js`claims`, shape, 'claims', module)
    const words = js`abi.scopes(${emitMember(js`claims`, path)})`
    return optional
      ? js`abi.optional(${words}, ${emitConverter(type, 'claims', module)})`
      : emitConversion(words, type, 'claims', module)
  }
  if (!identity.spiffe) return js`undefined`
  switch (name) {
    case 'spiffe_id':
      return js`spiffe.id`
    case 'trust_domain':
      return js`spiffe.trustDomain`
    case 'path':
      return js`spiffe.path`
    case 'dns_names':
      return js`abi.list(abi.member(claims, 'dns_names') ?? [], abi.string)`
    default:
      return js`undefined`
  }
}
