/** The only makers of IR expressions: they work out `fails` and `binding`, so that no pass can get them wrong. */
import { BOOL, INT, isString, STRING, type Type } from '../../language/semantics/types/type.ts'
import type * as ir from './expression.ts'

type Expr = ir.Expr

const BINDINGS: readonly ir.Binding[] = ['constant', 'caller', 'request']

/** Errs where a child does; known when the last of them is. */
function over(parts: readonly Expr[]): { readonly fails: boolean; readonly binding: ir.Binding } {
  let binding = 0
  let fails = false
  for (const part of parts) {
    binding = Math.max(binding, BINDINGS.indexOf(part.binding))
    fails ||= part.fails
  }
  return { fails, binding: BINDINGS[binding] as ir.Binding }
}

const OF_CALLER = { fails: false, binding: 'caller' } as const
const OF_REQUEST = { fails: false, binding: 'request' } as const

export function constant(value: boolean | number | string, type: Type): ir.Const {
  return { kind: 'Const', value: value === 0 ? 0 : value, type, fails: false, binding: 'constant' }
}

export const TRUE = constant(true, BOOL)
export const FALSE = constant(false, BOOL)

export function absent(type: Type): ir.Absent {
  return { kind: 'Absent', type, fails: false, binding: 'constant' }
}

export function param(index: number, name: string, type: Type): ir.Param {
  return { kind: 'Param', index, name, type, ...OF_REQUEST }
}

export function callerField(name: string, type: Type): ir.CallerField {
  return { kind: 'CallerField', name, type, ...OF_CALLER }
}

export function roleTest(word: number, mask: number): ir.RoleTest {
  return { kind: 'RoleTest', word, mask, type: BOOL, ...OF_CALLER }
}

export function identityTest(index: number, name: string): ir.IdentityTest {
  return { kind: 'IdentityTest', index, name, type: BOOL, ...OF_CALLER }
}

export function requestField(name: ir.RequestField['name']): ir.RequestField {
  return { kind: 'RequestField', name, type: STRING, ...OF_REQUEST }
}

export function header(name: string): ir.Header {
  return { kind: 'Header', name, type: STRING, ...OF_REQUEST }
}

export function headerTest(name: string): ir.HeaderTest {
  return { kind: 'HeaderTest', name, type: BOOL, ...OF_REQUEST }
}

export function field(object: Expr, name: string, type: Type): ir.Field {
  return { kind: 'Field', object, name, type, ...over([object]) }
}

export function mapRead(map: Expr, key: Expr, type: Type): ir.MapRead {
  return { kind: 'MapRead', map, key, type, ...over([map, key]) }
}

export function present(target: Expr): ir.Present {
  if (target.kind !== 'CallerField' && target.kind !== 'Field') throw new Error(`presence of a ${target.kind}`)
  return { kind: 'Present', target, type: BOOL, ...over([target]) }
}

/** A chain of one operand is that operand, of none its neutral element. */
export function chain(operator: ir.ChainOperator, operands: readonly ir.Operand[]): Expr {
  const [only] = operands
  if (only === undefined) return operator === '&&' ? TRUE : FALSE
  if (operands.length === 1) return only.expression
  return { kind: 'Chain', operator, operands, type: BOOL, ...over(operands.map(({ expression }) => expression)) }
}

export function and(...operands: readonly Expr[]): Expr {
  return chain('&&', operands.map(unguarded))
}

export function or(...operands: readonly Expr[]): Expr {
  return chain('||', operands.map(unguarded))
}

function unguarded(expression: Expr): ir.Operand {
  return { expression, guards: [] }
}

export function not(operand: Expr): ir.Not {
  return { kind: 'Not', operand, type: BOOL, ...over([operand]) }
}

export function conditional(test: Expr, then: Expr, otherwise: Expr, type: Type): ir.Conditional {
  return { kind: 'Conditional', test, then, otherwise, type, ...over([test, then, otherwise]) }
}

export function compare(operator: ir.CompareOperator, left: Expr, right: Expr): ir.Compare {
  return { kind: 'Compare', operator, left, right, type: BOOL, ...over([left, right]) }
}

export function equal(left: Expr, right: Expr): ir.Equal {
  return { kind: 'Equal', left, right, type: BOOL, ...over([left, right]) }
}

export function within(element: Expr, collection: Expr): ir.In {
  return { kind: 'In', element, collection, type: BOOL, ...over([element, collection]) }
}

export function arithmetic(operator: '+' | '-', left: Expr, right: Expr): ir.Arithmetic {
  const { fails, binding } = over([left, right])
  return { kind: 'Arithmetic', operator, left, right, type: left.type, fails: fails || left.type.kind === 'int', binding }
}

export function negate(operand: Expr): ir.Negate {
  return { kind: 'Negate', operand, type: operand.type, ...over([operand]) }
}

export function concat(left: Expr, right: Expr, type: Type): ir.Concat {
  return { kind: 'Concat', left, right, type: isString(type) ? STRING : type, ...over([left, right]) }
}

export function collect(elements: readonly Expr[], type: Type): ir.Collect {
  return { kind: 'Collect', elements, type, ...over(elements) }
}

export function textTest(name: ir.TextTest['name'], text: Expr, part: Expr): ir.TextTest {
  return { kind: 'TextTest', name, text, part, type: BOOL, ...over([text, part]) }
}

export function changeCase(name: ir.ChangeCase['name'], operand: Expr): ir.ChangeCase {
  return { kind: 'ChangeCase', name, operand, type: STRING, ...over([operand]) }
}

export function size(operand: Expr): ir.Size {
  return { kind: 'Size', operand, type: INT, ...over([operand]) }
}
