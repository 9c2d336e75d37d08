/** Conversions from JSON to typed values: `runtime/abi/decode`. */
import type { FieldShape, RecordShape, Type } from '../../../language/checker/types/type.ts'
import { type Code, indent, joinCode, js, literal } from '../code.ts'
import { emitArray, emitObject } from '../emit-object.ts'
import type { InputKind, ModuleScope } from '../module-scope.ts'
import { property } from '../property.ts'

/** Emits code that reads a field from a JSON object and converts it to the field's type. */
export function emitField(object: Code, { type, optional, path }: FieldShape, input: InputKind, module: ModuleScope): Code {
  const read = emitMember(object, path)
  return optional ? js`abi.optional(${read}, ${emitConverter(type, input, module)})` : emitConversion(read, type, input, module)
}

export function emitMember(object: Code, path: readonly string[]): Code {
  return js`abi.member(${joinCode([object, ...path.map(literal)], ', ')})`
}

/** Emits code that converts a JSON value to a type of the policy. */
export function emitConversion(value: Code, type: Type, input: InputKind, module: ModuleScope): Code {
  switch (type.kind) {
    case 'literals':
      return js`abi.literal(${value}, ${literalSet(type.values, module)})`
    case 'list':
      return js`abi.list(${emitFew(value, type)}, ${emitConverter(type.element, input, module)})`
    case 'set':
      return isTextSet(type, input)
        ? js`abi.textSet(${emitFew(value, type)})`
        : js`abi.set(${emitFew(value, type)}, ${emitConverter(type.element, input, module)})`
    case 'map':
      return input === 'data'
        ? js`abi.textMap(${emitFew(value, type)}, ${emitConverter(type.value, input, module)})`
        : js`abi.map(${emitFew(value, type)}, ${emitConverter(type.value, input, module)})`
    default:
      return js`${emitConverter(type, input, module)}(${value})`
  }
}

/** Whether the value is a set of texts in data, in which unknown texts are looked up. */
function isTextSet(type: Type, input: InputKind): boolean {
  return input === 'data' && type.kind === 'set' && type.element.kind === 'string'
}

/** Emits code that checks the maximum size of a JSON array or object, if its type has one. */
export function emitFew(value: Code, { most }: { readonly most?: number }): Code {
  return most === undefined ? value : js`abi.few(${value}, ${most})`
}

function literalSet(values: readonly string[], module: ModuleScope): Code {
  return module.constant('set', js`abi.setOf(${emitArray(values.map(literal))})`)
}

/** Emits an expression for a function that converts a JSON value to a type of the policy. */
export function emitConverter(type: Type, input: InputKind, module: ModuleScope): Code {
  switch (type.kind) {
    case 'string':
      return js`abi.string`
    case 'bool':
      return js`abi.bool`
    case 'int':
      return js`abi.integer`
    case 'double':
      return js`abi.double`
    case 'timestamp':
      return input === 'claims' ? js`abi.claimTimestamp` : js`abi.timestamp`
    case 'duration':
      return js`abi.duration`
    case 'ip':
      return js`abi.address`
    case 'cidr':
      return js`abi.network`
    case 'hierarchy':
      return js`abi.hierarchy`
    case 'set':
      return isTextSet(type, input) && type.most === undefined
        ? js`abi.textSet`
        : js`(value) => ${emitConversion(js`value`, type, input, module)}`
    case 'literals':
    case 'list':
    case 'map':
      return js`(value) => ${emitConversion(js`value`, type, input, module)}`
    case 'record':
      return module.record(type, input, (own) => emitRecord(type, input, own))
    case 'optional':
    case 'caller':
    case 'unknown':
      throw new Error(`a value of type ${type.kind} in an input`)
  }
}

function emitRecord({ fields, open }: RecordShape, input: InputKind, module: ModuleScope): Code {
  const members = [...fields].map(([name, shape]) => [property(name), emitField(js`value`, shape, input, module)] as const)
  const paths = [...fields.values()].map(({ path }) => emitArray(path.map(literal)))
  const value =
    input === 'claims' || open
      ? js`abi.record(json)`
      : js`abi.closed(json, ${module.constant('keys', js`abi.keys(${emitArray(paths)})`)})`
  const body = joinCode([js`const value = ${value}`, js`return ${emitObject(members)}`], '\n')
  return js`(json) => {\n${indent(body)}\n}`
}
