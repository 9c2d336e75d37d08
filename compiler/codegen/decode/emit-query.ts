/** The `QueryProgram` of a route: from decoded values of declared keys to typed values. */
import type { FieldShape, Type } from '../../../language/checker/types/type.ts'
import { type Code, js, literal } from '../code.ts'
import { emitArray, emitObject } from '../emit-object.ts'
import type { ModuleScope } from '../module-scope.ts'
import { property } from '../property.ts'
import { emitConversion, emitConverter, emitFew } from './emit-conversion.ts'

export function emitQuery(query: ReadonlyMap<string, FieldShape>, module: ModuleScope): Code {
  const shapes = [...query].map(([name, shape]) => ({ ...shape, name, key: literal(shape.path[0] ?? name) }))
  const keys = shapes.map(({ key, type, optional }) =>
    emitObject([
      [js`name`, key],
      [js`many`, isMany(type) ? js`true` : js`false`],
      [js`optional`, optional ? js`true` : js`false`],
    ]),
  )
  const members = shapes.map(({ name, key, type, optional }) => [property(name), emitKey(key, type, optional, module)] as const)
  return emitObject([
    [js`keys`, emitArray(keys)],
    [js`read`, js`abi.query((values) => (${emitObject(members)}))`],
  ])
}

function isMany(type: Type): type is Extract<Type, { kind: 'list' | 'set' }> {
  return type.kind === 'list' || type.kind === 'set'
}

/** A list or set holds all values of its key; an optional scalar without a value is absent. */
function emitKey(key: Code, type: Type, optional: boolean, module: ModuleScope): Code {
  if (isMany(type)) {
    const make = type.kind === 'list' ? js`abi.list` : js`abi.set`
    const element = emitText(type.element, module)
    return optional
      ? js`abi.optionalMany(values, ${key}, (all) => ${make}(${emitFew(js`all`, type)}, ${element}))`
      : js`${make}(${emitFew(js`abi.many(values, ${key})`, type)}, ${element})`
  }
  const value = js`abi.one(values, ${key})`
  if (optional) return js`abi.optional(${value}, ${emitText(type, module)})`
  return type.kind === 'literals' ? emitConversion(value, type, 'json', module) : js`${emitText(type, module)}(${value})`
}

/** Emits a function that parses a scalar. */
function emitText(type: Type, module: ModuleScope): Code {
  switch (type.kind) {
    case 'bool':
      return js`abi.textBool`
    case 'int':
      return js`abi.textInteger`
    case 'double':
      return js`abi.textDouble`
    case 'string':
    case 'literals':
    case 'timestamp':
    case 'duration':
    case 'ip':
    case 'cidr':
      return emitConverter(type, 'json', module)
    default:
      throw new Error(`query parameters cannot have the type ${type.kind}`)
  }
}
