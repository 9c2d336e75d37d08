import { type OverloadId, overloadsNamed } from '../../language/builtins/index.ts'
import type { Def } from '../../language/semantics/model.ts'
import type { Call } from '../../language/syntax/ast.ts'
import * as build from './build.ts'
import type { Expr, VariableName } from './expression.ts'
import { inside, type Lower, type Lowering } from './lowering.ts'

export function lowerCall(expression: Call, lowering: Lowering, lower: Lower): Expr {
  const reference = lowering.model.referenceOf(expression)
  if (reference.kind === 'def') return lowerDefCall(reference.def, expression, lowering, lower)
  if (reference.kind !== 'builtin') throw new Error(`a call of a ${reference.kind}`)
  const { receiver } = expression
  const onValue = receiver !== null && !isOfNamespace(reference.id, expression.name.text)
  const operands = (onValue ? [receiver, ...expression.arguments] : expression.arguments).map((operand) =>
    lower(operand, lowering),
  )
  const type = lowering.model.typeOf(expression)
  const [first, second] = operands
  if (reference.id === 'optional.orValue' && first !== undefined && second !== undefined)
    return build.orValue(first, second, type)
  return build.call(reference.id, operands, type)
}

function isOfNamespace(id: OverloadId, name: string): boolean {
  return overloadsNamed(name).some((candidate) => candidate.id === id && candidate.signature.namespace !== null)
}

/** The body, in which the parameters are the arguments; each is worked out first, and errs whether it is read or not. */
function lowerDefCall(def: Def, expression: Call, lowering: Lowering, lower: Lower): Expr {
  let scope = lowering
  const params = new Map<string, Expr>()
  const bound: { readonly variable: VariableName; readonly value: Expr }[] = []
  for (const [at, { name, type }] of def.params.entries()) {
    const argument = expression.arguments[at]
    if (argument === undefined) throw new Error(`a call of ${def.name} without ${name}`)
    const value = lower(argument, scope)
    const { variable, scope: next } = inside(scope, name)
    bound.push({ variable, value })
    params.set(name, build.variable(variable, type, value.binding))
    scope = next
  }
  // What stands round the call is out of sight in the def.
  const body = lower(def.body, { ...scope, variables: params })
  return bound.reduceRight<Expr>((inner, { variable, value }) => build.bind(variable, value, inner), body)
}
