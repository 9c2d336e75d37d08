import { operandsOf } from '../../../language/checker/expressions/bounds/can-fail.ts'
import type { Def } from '../../../language/checker/model.ts'
import type { Call } from '../../../language/syntax/ast.ts'
import * as build from '../build.ts'
import type { Expr, VariableName } from '../expression.ts'
import type { Lower, Lowering } from './lowering.ts'

export function lowerCall(expression: Call, lowering: Lowering, lower: Lower): Expr {
  const reference = lowering.model.referenceOf(expression)
  if (reference.kind === 'def') return lowerDefCall(reference.def, expression, lowering, lower)
  if (reference.kind !== 'builtin') throw new Error(`a call of a ${reference.kind}`)
  const operands = operandsOf(expression, reference.id).map((operand) => lower(operand, lowering))
  const type = lowering.model.typeOf(expression)
  const [first, second] = operands
  if (reference.id === 'optional.orValue' && first !== undefined && second !== undefined)
    return build.orValue(first, second, type)
  return build.call(reference.id, operands, type)
}

/** Inlines the body with the arguments bound to its parameters. Each argument is evaluated first, and may err, even if unread. */
function lowerDefCall(def: Def, expression: Call, lowering: Lowering, lower: Lower): Expr {
  const values = def.params.map(({ name }, at) => {
    const argument = expression.arguments[at]
    if (argument === undefined) throw new Error(`a call of ${def.name} without ${name}`)
    return lower(argument, lowering)
  })
  const { variables, body } = bodyOf(def, lowering, lower)
  return values.reduceRight<Expr>((inner, value, at) => build.bind(variables[at] as VariableName, value, inner), body)
}

interface Body {
  readonly variables: readonly VariableName[]
  readonly body: Expr
}

/** The lowered bodies of defs, by model (or by origins) and kind of caller. A def reads nothing of a route. */
const bodies = new WeakMap<object, Map<string | number, Map<Def, Body>>>()

/** Returns one body for all calls, so that defs that call defs do not multiply. */
function bodyOf(def: Def, { model, caller, origins }: Lowering, lower: Lower): Body {
  const ofModel = bodies.get(origins ?? model) ?? new Map<string | number, Map<Def, Body>>()
  bodies.set(origins ?? model, ofModel)
  const key = typeof caller === 'string' ? caller : caller.index
  const known = ofModel.get(key) ?? new Map<Def, Body>()
  ofModel.set(key, known)
  const found = known.get(def)
  if (found !== undefined) return found
  // A def does not see the variables around its call.
  const scope: Lowering = { model, route: null, caller, def: def.name, depth: def.params.length, ...(origins && { origins }) }
  const variables = def.params.map(({ name }, at): VariableName => `${name}@${def.name}.${at}`)
  const seen = new Map(
    def.params.map(({ name, type }, at) => [name, build.variable(variables[at] as VariableName, type, 'request')]),
  )
  const made = { variables, body: lower(def.body, { ...scope, variables: seen }) }
  known.set(def, made)
  return made
}
