/** The `facts` function of an identity, from claims to a typed caller and role bits. */

import { isScope } from '../../../language/checker/types/type.ts'
import { children, type Expr, type IdentityIr, type PolicyIr, type RoleIr } from '../../ir/index.ts'
import { placeName } from '../../places.ts'
import { type Code, comment, joinCode, js, mark } from '../code.ts'
import { emitObject } from '../emit-object.ts'
import { emitTest } from '../expressions/emit-expression.ts'
import { at, chainTerm, LEVEL, type Term, term } from '../expressions/term.ts'
import { emitFunction, FunctionScope, HEAVY, LONG_FUNCTION } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'
import { moduleName } from '../names.ts'
import { property } from '../property.ts'
import { emitConversion, emitConverter, emitField, emitMember } from './emit-conversion.ts'
import { LINK_CALLER } from './emit-links.ts'

/**
 * Adds a function to the module that converts an identity's claims to the caller's fields and roles. Returns the function's name.
 */
export function emitFacts(identity: IdentityIr, index: number, policy: PolicyIr, module: ModuleScope): Code {
  const name = moduleName('facts', identity.name)
  const scope = new FunctionScope(module, 'facts')
  const fields = policy.callerFields.map((field) => [property(field), emitClaim(field, identity, module)] as const)
  const roles = Array.from({ length: policy.roleWords }, () => js`0`)
  const tests = emitRoles(identity, scope)
  const linked = policy.callerLinks === undefined ? js`` : js`, linked: abi.linked(${LINK_CALLER}, caller, data)`
  const body = [
    ...(identity.spiffe ? [js`const spiffe = abi.spiffe(abi.member(claims, 'spiffe_id'))`] : []),
    js`const caller = ${emitObject(fields)}`,
    js`const roles = [${joinCode(roles, ', ')}]`,
    js`const facts = { identity: ${index}, roles, caller, auth${linked} }`,
    ...scope.head(),
    ...tests,
    js`return facts`,
  ]
  const code = joinCode([comment(`identity ${identity.name}`), emitFunction(name, js`claims, data, auth`, body)], '\n')
  module.addFunction(mark(placeName.identity(identity.name), code))
  return name
}

/** Emits roles after those that they read; splits large code into several functions. */
function emitRoles(identity: IdentityIr, scope: FunctionScope): readonly Code[] {
  const { roles } = identity
  if (sumOf(roles.map(weightOf)) <= LONG_FUNCTION) return roles.map((role) => emitRole(role, js`roles[${role.word}]`, scope))
  return chunksOf(roles).map((chunk, at) => {
    const { word } = chunk[0] as RoleIr
    const name = moduleName('roles', identity.name, at + 1)
    const inner = new FunctionScope(scope.module, 'facts')
    const bits = inner.workOutRoles(word, 'bits')
    const tests = chunk.map((role) => emitRole(role, bits, inner))
    const body = [...inner.head(), ...tests, js`return ${bits}`]
    const code = emitFunction(name, js`facts, caller, roles, data, ${bits}`, body)
    scope.module.addFunction(mark(placeName.identity(identity.name), code))
    return js`roles[${word}] = ${name}(facts, caller, roles, data, roles[${word}])`
  })
}

/** A role whose data was never pushed is not set. */
function emitRole(role: RoleIr, word: Code, scope: FunctionScope): Code {
  const set = js`${word} |= ${2 ** role.bit}`
  const terms = conditions(role, scope)
  const condition = terms.length === 0 ? null : at(LEVEL.loose, chainTerm('&&', terms))
  const line = condition === null ? set : js`if (${condition}) ${set}`
  return mark(placeName.role(role.name), joinCode([comment(`role ${role.name}`), line], '\n'))
}

/** Splits roles into chunks of one word each. Functions for parts of expressions see a chunk's bits only after it returns. */
function chunksOf(roles: readonly RoleIr[]): readonly (readonly RoleIr[])[] {
  const chunks: RoleIr[][] = []
  let weight = 0
  let set = 0
  for (const role of roles) {
    const chunk = chunks.at(-1)
    const fits =
      chunk?.[0]?.word === role.word &&
      weight + weightOf(role) <= LONG_FUNCTION &&
      (isPlain(role.test) || !reads(role.test, role.word, set))
    if (chunk !== undefined && fits) chunk.push(role)
    else chunks.push([role])
    weight = (fits ? weight : 0) + weightOf(role)
    set = (fits ? set : 0) | (1 << role.bit)
  }
  return chunks
}

/** Whether no part of the test becomes a function of its own. */
function isPlain(test: Expr): boolean {
  return test.weight <= HEAVY && !hasLoop(test)
}

function hasLoop(expression: Expr): boolean {
  return expression.kind === 'Quantifier' || expression.kind === 'Select' || children(expression).some(hasLoop)
}

function reads(test: Expr, word: number, mask: number): boolean {
  if (test.kind === 'RoleTest') return test.word === word && (test.mask & mask) !== 0
  return children(test).some((child) => reads(child, word, mask))
}

/** Returns the approximate size in bytes of a role's source: its test, comment and data checks. */
function weightOf({ name, data, test }: RoleIr): number {
  return 40 + name.length + 40 * data.length + Math.min(test.weight, HEAVY)
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}

function conditions({ data, test }: RoleIr, scope: FunctionScope): readonly Term[] {
  const given = data.map((name) => term(js`${scope.data(name)} !== undefined`, LEVEL.equality))
  return test.kind === 'Const' && test.value === true ? given : [...given, emitTest(test, 'false', scope)]
}

/** Emits a caller's field. All callers of a bundle have all fields, so that they share one hidden class. */
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
