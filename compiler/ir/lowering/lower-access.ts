/** Lowers reads of roots, data, variables, fields and entries, and presence tests. */
import type { Root, Route } from '../../../language/checker/model.ts'
import { type FieldShape, STRING, type Type } from '../../../language/checker/types/type.ts'
import type { Expression, Has, Identifier, Index, Member, OptionalIndex, OptionalMember } from '../../../language/syntax/ast.ts'
import * as build from '../build.ts'
import type { Expr, ParamPlace } from '../expression.ts'
import { inside, type Lower, type Lowering } from './lowering.ts'

/** Returns the root that an expression names, or null. */
function rootOf(expression: Expression, { model }: Lowering): Root | null {
  if (expression.kind !== 'Identifier') return null
  const reference = model.referenceOf(expression)
  return reference.kind === 'root' ? reference.root : null
}

export function lowerIdentifier(expression: Identifier, lowering: Lowering): Expr {
  const reference = lowering.model.referenceOf(expression)
  const type = lowering.model.typeOf(expression)
  switch (reference.kind) {
    case 'variable': {
      const variable = lowering.variables?.get(reference.name)
      if (variable === undefined) throw new Error(`no variable \`${reference.name}\``)
      return variable
    }
    case 'data':
      return build.data(reference.datum.name, reference.datum.type)
    case 'root':
      if (reference.root === 'body') return lowering.route?.body ? build.body(lowering.route.body.type) : build.absent(type)
      throw new Error(`\`${reference.root}\` is no value by itself; the checker lets it pass only before a field`)
    default:
      throw new Error(`\`${expression.name}\` is no value`)
  }
}

/** A field's value, and whether it is present. */
interface Found {
  readonly value: Expr
  /** `never`: this route or caller does not have it. */
  readonly there: 'always' | 'maybe' | 'never'
}

const ALWAYS = (value: Expr): Found => ({ value, there: 'always' })

function find(object: Expression, name: string, type: Type, lowering: Lowering, lower: Lower): Found {
  const root = rootOf(object, lowering)
  const nowhere: Found = { value: build.absent(type), there: 'never' }
  const { route, caller } = lowering
  switch (root) {
    case 'caller':
      return { value: build.callerField(name, type), there: caller === 'anonymous' ? 'never' : 'maybe' }
    case 'params': {
      const index = route?.params.findIndex((param) => param.name === name) ?? -1
      return index < 0 || route === null ? nowhere : ALWAYS(build.param(index, name, type, placeOfParam(route, index)))
    }
    case 'query':
      return fieldOf(route?.query ? build.query(route.query) : null, route?.query?.get(name), name, type) ?? nowhere
    case 'body': {
      const body = route?.body ?? null
      const shape = body?.type.kind === 'record' ? body.type.fields.get(name) : undefined
      return fieldOf(body && build.body(body.type), shape, name, type) ?? nowhere
    }
    case 'request':
      if (name === 'method' || name === 'host' || name === 'path' || name === 'time') return ALWAYS(build.requestField(name))
      throw new Error(`request.${name} is no field`)
    case 'source':
      if (name === 'ip') return ALWAYS(build.requestField('sourceIp'))
      throw new Error(`source.${name} is no field`)
    case 'connection':
      if (name === 'mtls') return { value: build.mtls(), there: 'maybe' }
      throw new Error(`connection.${name} is no field`)
    case null:
      return fieldIn(lower(object, lowering), name, type)
  }
}

function fieldOf(object: Expr | null, shape: FieldShape | undefined, name: string, type: Type): Found | null {
  if (object === null || shape === undefined) return null
  return { value: build.field(object, name, type), there: shape.optional ? 'maybe' : 'always' }
}

function fieldIn(object: Expr, name: string, type: Type): Found {
  if (object.type.kind === 'map') return { value: build.mapRead(object, build.constant(name, STRING), type), there: 'maybe' }
  const shape = object.type.kind === 'record' ? object.type.fields.get(name) : undefined
  return { value: build.field(object, name, type), there: shape?.optional === false ? 'always' : 'maybe' }
}

export function lowerMember(expression: Member, lowering: Lowering, lower: Lower): Expr {
  return find(expression.object, expression.field.text, lowering.model.typeOf(expression), lowering, lower).value
}

export function lowerHas({ target }: Has, lowering: Lowering, lower: Lower): Expr {
  if (target.kind !== 'Member') throw new Error('has() is of a field')
  const { value, there } = find(target.object, target.field.text, lowering.model.typeOf(target), lowering, lower)
  if (there === 'never') return build.FALSE
  if (value.kind === 'MapRead') return build.within(value.key, value.map)
  // The object before the field may err.
  return there === 'always' && !value.fails ? build.TRUE : build.present(value)
}

export function lowerOptionalMember(expression: OptionalMember, lowering: Lowering, lower: Lower): Expr {
  const type = lowering.model.typeOf(expression)
  const name = expression.field.text
  const value = carriedBy(type)
  if (rootOf(expression.object, lowering) === null && lowering.model.typeOf(expression.object).kind === 'optional') {
    return within(expression.object, lowering, lower, (object) => asOptional(fieldIn(object, name, value), type))
  }
  return asOptional(find(expression.object, name, value, lowering, lower), type)
}

function asOptional({ value, there }: Found, type: Type): Expr {
  if (there === 'never') return build.none(type)
  return there === 'always' ? build.some(value) : build.optional(value)
}

function carriedBy(type: Type): Type {
  if (type.kind !== 'optional') throw new Error('an optional access is no optional')
  return type.value
}

/** Maps an optional's value; the result is an optional. */
function within(object: Expression, lowering: Lowering, lower: Lower, read: (value: Expr) => Expr): Expr {
  const range = lower(object, lowering)
  const { variable } = inside(lowering, 'found')
  return build.optMap(range, variable, read(build.variable(variable, carriedBy(range.type), range.binding)))
}

export function isHeaders(expression: Expression, lowering: Lowering): boolean {
  return expression.kind === 'Member' && expression.field.text === 'headers' && rootOf(expression.object, lowering) === 'request'
}

export function headerName(expression: Expression): string {
  if (expression.kind !== 'StringLiteral') throw new Error('a header is named by a literal')
  return expression.value
}

export function lowerIndex(expression: Index, lowering: Lowering, lower: Lower): Expr {
  const { object, index } = expression
  if (isHeaders(object, lowering)) return build.header(headerName(index))
  return build.mapRead(lower(object, lowering), lower(index, lowering), lowering.model.typeOf(expression))
}

export function lowerOptionalIndex(expression: OptionalIndex, lowering: Lowering, lower: Lower): Expr {
  const { object, index } = expression
  if (isHeaders(object, lowering)) return build.optional(build.header(headerName(index)))
  const type = carriedBy(lowering.model.typeOf(expression))
  if (rootOf(object, lowering) !== null || lowering.model.typeOf(object).kind !== 'optional')
    return build.optional(entryOf(lower(object, lowering), lower(index, lowering), type))
  // The index is evaluated even if there is nothing to index.
  const { variable, scope } = inside(lowering, 'index')
  const key = lower(index, lowering)
  const known = build.variable(variable, key.type, key.binding)
  const read = within(object, scope, lower, (value) => build.optional(entryOf(value, known, type)))
  return build.bind(variable, key, read)
}

function entryOf(object: Expr, index: Expr, type: Type): Expr {
  if (object.type.kind === 'list') return build.listRead(object, index, type)
  return build.mapRead(object, index, object.type.kind === 'map' ? type : STRING)
}

/** Returns the position of a path or host parameter in the request. Parameters of the host precede those of the path. */
export function placeOfParam({ segments, params }: Route, index: number): ParamPlace {
  const variable = segments.flatMap((segment, at) => (segment.kind === 'literal' ? [] : [{ segment, at }]))
  const found = variable[index - (params.length - variable.length)]
  if (found === undefined) return { kind: 'host-label' }
  const { segment, at } = found
  if (segment.kind !== 'param') return { kind: 'rest', at }
  return { kind: 'segment', at, prefix: segment.prefix.length, suffix: segment.suffix.length }
}
