/** Limits the size of input collections that the policy iterates over to what its cost assumes (`spec/language/cost.md`). */

import type { Call, Expression } from '../../../syntax/ast.ts'
import { walkExpressions } from '../../../syntax/children.ts'
import type { Def, Model, Role, Rule } from '../../model.ts'
import { fitsType, showType, type Type } from '../../types/type.ts'
import { operandsOf } from './can-fail.ts'
import { ASSUMED_SIZE } from './sizes.ts'

type Collection = Extract<Type, { kind: 'list' | 'set' | 'map' }>

/**
 * Returns a type of claims, a query or a body, with the maximum size (`most`) of each collection that the policy iterates over.
 * Memoized by the type's object, so code made for one route is shared by all.
 */
export function boundedType(type: Type, model: Model): Type {
  const ofModel = made.get(model) ?? new Map<Type, Type>()
  made.set(model, ofModel)
  const bounded = ofModel.get(type) ?? bound(type, model)
  ofModel.set(type, bounded)
  return bounded
}

const made = new WeakMap<Model, Map<Type, Type>>()

function bound(type: Type, model: Model): Type {
  switch (type.kind) {
    case 'list':
    case 'set':
      return bounded({ ...type, element: boundedType(type.element, model) }, type, model)
    case 'map':
      return bounded({ ...type, value: boundedType(type.value, model) }, type, model)
    case 'record': {
      const fields = [...type.fields].map(([name, field]) => [name, { ...field, type: boundedType(field.type, model) }] as const)
      return { ...type, fields: new Map(fields) }
    }
    default:
      return type
  }
}

function bounded(collection: Collection, type: Type, model: Model): Type {
  return goneThrough(model).some((one) => fitsType(type, one)) ? { ...collection, most: ASSUMED_SIZE } : collection
}

const known = new WeakMap<Model, readonly Type[]>()

/** Returns a text that represents the collection sizes that a model bounds: models with equal texts have equal bounded types. */
export function boundsOf(model: Model): string {
  return goneThrough(model).map(showType).sort().join()
}

/** Returns the types of all collections that rules, roles and defs iterate over, except literals and data. */
function goneThrough(model: Model): readonly Type[] {
  const before = known.get(model)
  if (before !== undefined) return before
  const found = new Map<string, Type>()
  const add = (types: readonly Type[]) => {
    for (const type of types) found.set(showType(type), type)
  }
  for (const rule of model.rules) add(kept(rule, () => typesIn(expressionsOf(rule), model)))
  for (const role of model.roles)
    if (role.condition !== null) add(kept(role, () => typesIn([role.condition as Expression], model)))
  for (const def of model.defs) add(kept(def, () => typesIn([def.body], model)))
  const types = [...found.values()]
  known.set(model, types)
  return types
}

/** By rule, role or def, as an unchanged object need not be checked again. */
const checked = new WeakMap<Rule | Role | Def, readonly Type[]>()

function kept(what: Rule | Role | Def, find: () => readonly Type[]): readonly Type[] {
  const before = checked.get(what)
  if (before !== undefined) return before
  const types = find()
  checked.set(what, types)
  return types
}

function expressionsOf({ conditions, limit, headers }: Rule): readonly Expression[] {
  return [
    ...conditions.map(({ expression }) => expression),
    ...(limit?.by ? [limit.by] : []),
    ...headers.map(({ value }) => value),
  ]
}

const NONE: readonly Type[] = []

function typesIn(expressions: readonly Expression[], model: Model): readonly Type[] {
  let found = NONE
  const add = (expression: Expression) => {
    const types = typesGoneThrough(expression, model)
    if (types.length > 0) found = [...found, ...types]
  }
  for (const expression of expressions) walkExpressions(expression, add)
  return found
}

function typesGoneThrough(expression: Expression, model: Model): readonly Type[] {
  const typeOf = (operand: Expression) => (bringsNothing(operand, model) ? NONE : [model.typeOf(operand)])
  switch (expression.kind) {
    case 'Comprehension':
      return expression.macro === 'optMap' ? NONE : typeOf(expression.range)
    case 'Binary': {
      const { operator, left, right } = expression
      if (operator === '==' || operator === '!=') return [left, right].flatMap(typeOf).flatMap(within)
      // Lookups in sets and maps do not iterate.
      if (operator === 'in') return typeOf(right).flatMap((type) => (type.kind === 'list' ? within(type) : []))
      return operator === '+' ? [left, right].flatMap(typeOf).filter(({ kind }) => kind === 'list') : NONE
    }
    case 'Call':
      return operandsOfSearch(expression, model).flatMap(typeOf).flatMap(within)
    default:
      return NONE
  }
}

function operandsOfSearch(call: Call, model: Model): readonly Expression[] {
  const reference = model.referenceOf(call)
  if (reference.kind !== 'builtin') return []
  return goesThrough.test(reference.id) ? operandsOf(call, reference.id) : []
}

/** Built-ins that iterate over their operands. */
const goesThrough = /^sets\.|^list\.join$|\(list<(?:int|double)>\)$/

/** Returns a collection's type and those nested in it, as equality iterates over all of them. */
function within(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return [type, ...within(type.element)]
    case 'map':
      return [type, ...within(type.value)]
    case 'optional':
      return within(type.value)
    default:
      return []
  }
}

function bringsNothing(expression: Expression, model: Model): boolean {
  if (expression.kind === 'ListLiteral' || expression.kind === 'MapLiteral') return true
  return expression.kind === 'Identifier' && model.referenceOf(expression).kind === 'data'
}
