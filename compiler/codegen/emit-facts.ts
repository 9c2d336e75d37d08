/** The `facts` function of an identity: claims → typed caller and role bits. */
import { type FieldShape, isString, type Type } from '../../language/semantics/types/type.ts'
import type { IdentityIr, PolicyIr } from '../ir/index.ts'
import { type Code, comment, indent, joinCode, js, literal } from './code.ts'
import { emitTest } from './expressions/emit-expression.ts'
import { emitObject } from './emit-object.ts'
import { emitFunction, FunctionScope } from './function-scope.ts'
import type { ModuleScope } from './module-scope.ts'
import { moduleName } from './names.ts'
import { property } from './property.ts'
import { at, LEVEL } from './expressions/term.ts'

/** Adds the function to the module; returns its name. */
export function emitFacts(identity: IdentityIr, index: number, policy: PolicyIr, module: ModuleScope): Code {
  const name = moduleName('facts', identity.name)
  const scope = new FunctionScope(module, 'facts')
  const fields = policy.callerFields.map((field) => [property(field), emitField(field, identity, module)] as const)
  const roles = Array.from({ length: policy.roleWords }, () => js`0`)
  const tests = emitRoles(identity, scope)
  const body = [
    ...(identity.spiffe ? [js`const spiffe = abi.spiffe(abi.claim(claims, 'spiffe_id'))`] : []),
    js`const caller = ${emitObject(fields)}`,
    js`const roles = [${joinCode(roles, ', ')}]`,
    js`const facts = { identity: ${index}, roles, caller }`,
    ...scope.head(),
    ...tests,
    js`return facts`,
  ]
  module.functions.push(joinCode([comment(`identity ${identity.name}`), emitFunction(name, js`claims`, body)], '\n'))
  return name
}

/** Roles in an order in which each finds the bits of those that it reads. */
function emitRoles({ roles }: IdentityIr, scope: FunctionScope): readonly Code[] {
  return roles.flatMap(({ name, word, bit, test }) => {
    const set = js`roles[${word}] |= ${2 ** bit}`
    const always = test.kind === 'Const' && test.value === true
    return [comment(`role ${name}`), always ? set : js`if (${at(LEVEL.loose, emitTest(test, 'false', scope))}) ${set}`]
  })
}

/** The value of a caller's field; all callers of a bundle have all fields, so that they have one shape. */
function emitField(name: string, identity: IdentityIr, module: ModuleScope): Code {
  const shape = identity.claims.get(name)
  if (shape !== undefined) return emitShape(js`claims`, shape, module, true)
  if (!identity.spiffe) return js`undefined`
  switch (name) {
    case 'spiffe_id':
      return js`spiffe.id`
    case 'trust_domain':
      return js`spiffe.trustDomain`
    case 'path':
      return js`spiffe.path`
    case 'dns_names':
      return js`abi.list(abi.claim(claims, 'dns_names') ?? [], abi.string)`
    default:
      return js`undefined`
  }
}

function emitShape(object: Code, { type, optional, path }: FieldShape, module: ModuleScope, isClaim: boolean): Code {
  const read = js`abi.claim(${joinCode([object, ...path.map(literal)], ', ')})`
  const value = isClaim && isScope(path, type) ? js`abi.scopes(${read})` : read
  return optional ? js`abi.optional(${value}, ${emitConverter(type, module)})` : emitConversion(value, type, module)
}

/** A claim that may also be one string of words. */
export function isScope(path: readonly string[], type: Type): boolean {
  const last = path.at(-1)
  return (last === 'scope' || last === 'scp') && (type.kind === 'list' || type.kind === 'set') && isString(type.element)
}

/** A value converted to a type. */
function emitConversion(value: Code, type: Type, module: ModuleScope): Code {
  switch (type.kind) {
    case 'literals':
      return js`abi.literal(${value}, ${module.constant('set', js`abi.setOf([${joinCode(type.values.map(literal), ', ')}])`)})`
    case 'list':
      return js`abi.list(${value}, ${emitConverter(type.element, module)})`
    case 'set':
      return js`abi.set(${value}, ${emitConverter(type.element, module)})`
    case 'map':
      return js`abi.map(${value}, ${emitConverter(type.value, module)})`
    default:
      return js`${emitConverter(type, module)}(${value})`
  }
}

/** A function that converts to a type. */
function emitConverter(type: Type, module: ModuleScope): Code {
  switch (type.kind) {
    case 'string':
      return js`abi.string`
    case 'bool':
      return js`abi.bool`
    case 'int':
      return js`abi.integer`
    case 'double':
      return js`abi.double`
    case 'literals':
    case 'list':
    case 'set':
    case 'map':
      return js`(value) => ${emitConversion(js`value`, type, module)}`
    case 'record': {
      const fields = [...type.fields].map(
        ([name, shape]) => [property(name), emitShape(js`value`, shape, module, false)] as const,
      )
      const body = joinCode([js`const value = abi.record(json)`, js`return ${emitObject(fields)}`], '\n')
      return module.constant('record', js`(json) => {\n${indent(body)}\n}`)
    }
    case 'caller':
    case 'unknown':
      throw new Error(`a claim of type ${type.kind}`)
  }
}
