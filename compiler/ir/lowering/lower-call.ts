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

/** The body, in which the parameters are the arguments; each is worked out first, and errs whether it is read or not. */
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

/**
 * By model, or by who notes what was lowered from what, and kind of caller: what each def means there. It reads nothing of a
 * route.
 */
const bodies = new WeakMap<object, Map<string | number, Map<Def, Body>>>()

/** One and the same for all calls, so that defs that call defs do not grow with each other. */
function bodyOf(def: Def, { model, caller, origins }: Lowering, lower: Lower): Body {
  const ofModel = bodies.get(origins ?? model) ?? new Map<string | number, Map<Def, Body>>()
  bodies.set(origins ?? model, ofModel)
  const key = typeof caller === 'string' ? caller : caller.index
  const known = ofModel.get(key) ?? new Map<Def, Body>()
  ofModel.set(key, known)
  const found = known.get(def)
  if (found !== undefined) return found
  // What stands round the call is out of sight in the def.
  const scope: Lowering = { model, route: null, caller, def: def.name, depth: def.params.length, ...(origins && { origins }) }
  const variables = def.params.map(({ name }, at): VariableName => `${name}@${def.name}.${at}`)
  const seen = new Map(
    def.params.map(({ name, type }, at) => [name, build.variable(variables[at] as VariableName, type, 'request')]),
  )
  const made = { variables, body: lower(def.body, { ...scope, variables: seen }) }
  known.set(def, made)
  return made
}
