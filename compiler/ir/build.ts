/** The only makers of IR expressions: they work out `fails` and `binding`, so that no pass can get them wrong. */
import type { OverloadId } from '../../language/builtins/index.ts'
import { BOOL, INT, IP, isString, type RecordShape, STRING, TIMESTAMP, type Type } from '../../language/semantics/types/type.ts'
import { callFails } from './call-fails.ts'
import type * as ir from './expression.ts'
import { staysInt } from './int-range.ts'

type Expr = ir.Expr

const BINDINGS: readonly ir.Binding[] = ['constant', 'caller', 'data', 'request']

interface Known {
  readonly fails: boolean
  readonly binding: ir.Binding
}

/** Errs where a child does; known when the last of them is. */
function over(parts: readonly Expr[], fails = false): Known {
  let binding = 0
  let some = fails
  for (const part of parts) {
    binding = Math.max(binding, BINDINGS.indexOf(part.binding))
    some ||= part.fails
  }
  return { fails: some, binding: BINDINGS[binding] as ir.Binding }
}

const OF_CALLER = { fails: false, binding: 'caller' } as const
const OF_REQUEST = { fails: false, binding: 'request' } as const

export function constant(value: ir.ConstValue, type: Type): ir.Const {
  // An int has one zero; a double two, whose quotients differ.
  const exact = type.kind === 'int' && value === 0 ? 0 : value
  return { kind: 'Const', value: exact, type, fails: false, binding: 'constant' }
}

export const TRUE = constant(true, BOOL)
export const FALSE = constant(false, BOOL)

/** An optional of this type without a value. */
export function none(type: Type): ir.Const {
  return constant(null, type)
}

export function absent(type: Type): ir.Absent {
  return { kind: 'Absent', type, fails: false, binding: 'constant' }
}

/** Of a value that is known from `binding` on. It is a value: its definition has not erred. */
export function variable(name: ir.VariableName, type: Type, binding: ir.Binding): ir.Variable {
  return { kind: 'Variable', variable: name, type, fails: false, binding }
}

/** @param place where it stands; the whole segment with its index where that is left out */
export function param(index: number, name: string, type: Type, place: ir.ParamPlace = wholeSegment(index)): ir.Param {
  return { kind: 'Param', index, name, place, type, ...OF_REQUEST }
}

function wholeSegment(at: number): ir.ParamPlace {
  return { kind: 'segment', at, prefix: 0, suffix: 0 }
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

export function requirementTest(
  what: ir.RequirementTest['what'],
  values: readonly string[],
  within: number | null,
): ir.RequirementTest {
  return { kind: 'RequirementTest', what, values, within, type: BOOL, ...(within === null ? OF_CALLER : OF_REQUEST) }
}

export function requestField(name: ir.RequestField['name']): ir.RequestField {
  const type = name === 'time' ? TIMESTAMP : name === 'sourceIp' ? IP : STRING
  return { kind: 'RequestField', name, type, ...OF_REQUEST }
}

export function header(name: string): ir.Header {
  return { kind: 'Header', name, type: STRING, ...OF_REQUEST }
}

export function headerTest(name: string): ir.HeaderTest {
  return { kind: 'HeaderTest', name, type: BOOL, ...OF_REQUEST }
}

const CERTIFICATE: RecordShape = {
  kind: 'record',
  open: false,
  fields: new Map(
    Object.entries({
      spiffe_id: STRING,
      trust_domain: STRING,
      path: STRING,
      dns_names: { kind: 'list', element: STRING } as const,
    }).map(([name, type]) => [name, { type, optional: false, path: [name] }]),
  ),
}

export function mtls(): ir.Mtls {
  return { kind: 'Mtls', type: CERTIFICATE, ...OF_REQUEST }
}

export function query(fields: RecordShape['fields']): ir.Query {
  return { kind: 'Query', type: { kind: 'record', open: false, fields }, ...OF_REQUEST }
}

export function body(type: Type): ir.Body {
  return { kind: 'Body', type, ...OF_REQUEST }
}

export function data(name: string, type: Type): ir.Data {
  return { kind: 'Data', name, type, fails: false, binding: 'data' }
}

export function field(object: Expr, name: string, type: Type): ir.Field {
  return { kind: 'Field', object, name, type, ...over([object]) }
}

export function mapRead(map: Expr, key: Expr, type: Type): ir.MapRead {
  return { kind: 'MapRead', map, key, type, ...over([map, key]) }
}

export function position(datum: Expr, text: Expr, linked: boolean): ir.Position {
  const type: Type = isString(text.type) ? INT : { kind: 'list', element: INT }
  return { kind: 'Position', datum, text, linked, type, ...over([datum, text]) }
}

export function entry(map: Expr, at: Expr): ir.Entry {
  if (map.type.kind !== 'map') throw new Error('an entry of no map')
  return { kind: 'Entry', map, at, type: map.type.value, ...over([map, at]) }
}

export function below(hierarchy: Expr, at: Expr, above: Expr): ir.Below {
  return { kind: 'Below', hierarchy, at, above, type: BOOL, ...over([hierarchy, at, above]) }
}

export function listRead(list: Expr, index: Expr, type: Type): ir.ListRead {
  return { kind: 'ListRead', list, index, type, ...over([list, index]) }
}

export function present(target: Expr): ir.Present {
  switch (target.kind) {
    case 'CallerField':
    case 'Field':
    case 'Mtls':
    case 'Entry':
    case 'Shared':
      return { kind: 'Present', target, type: BOOL, ...over([target]) }
    default:
      throw new Error(`presence of a ${target.kind}`)
  }
}

export function optional(target: Expr): ir.Optional {
  switch (target.kind) {
    case 'CallerField':
    case 'Field':
    case 'Mtls':
    case 'MapRead':
    case 'Entry':
    case 'ListRead':
    case 'Header':
    case 'Shared':
      return { kind: 'Optional', target, type: optionalOf(target.type), ...over([target]) }
    default:
      throw new Error(`an optional of a ${target.kind}`)
  }
}

export function some(operand: Expr): ir.Some {
  return { kind: 'Some', operand, type: optionalOf(operand.type), ...over([operand]) }
}

function optionalOf(type: Type): Type {
  return type.kind === 'optional' ? type : { kind: 'optional', value: type }
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

export function arithmetic(operator: ir.ArithmeticOperator, left: Expr, right: Expr, type: Type = left.type): ir.Arithmetic {
  return { kind: 'Arithmetic', operator, left, right, type, ...over([left, right], arithmeticFails(operator, left, right, type)) }
}

/** Whether it may err on operands of which none errs. */
export function arithmeticFails(operator: ir.ArithmeticOperator, left: Expr, right: Expr, type: Type): boolean {
  switch (type.kind) {
    case 'double':
      return false
    case 'int':
      return !staysInt({ operator, left, right })
    default:
      // No two timestamps are further apart than a duration is long.
      return left.type.kind !== 'timestamp' || right.type.kind !== 'timestamp'
  }
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

export function collectMap(entries: ir.CollectMap['entries'], type: Type): ir.CollectMap {
  return { kind: 'CollectMap', entries, type, ...over(entries.map(({ value }) => value)) }
}

export function call(id: OverloadId, operands: readonly Expr[], type: Type): ir.Call {
  return { kind: 'Call', id, operands, type, ...over(operands, callFails(id, operands)) }
}

export function orValue(operand: Expr, fallback: Expr, type: Type): ir.OrValue {
  return { kind: 'OrValue', operand, fallback, type, ...over([operand, fallback]) }
}

export function bind(variable: ir.VariableName, value: Expr, body: Expr): ir.Let {
  return { kind: 'Let', variable, value, body, type: body.type, ...over([value, body]) }
}

export function optMap(range: Expr, variable: ir.VariableName, body: Expr): ir.OptMap {
  return { kind: 'OptMap', range, variable, body, type: optionalOf(body.type), ...over([range, body]) }
}

export function quantifier(
  which: ir.Quantifier['quantifier'],
  range: Expr,
  variable: ir.VariableName,
  test: Expr,
): ir.Quantifier {
  return { kind: 'Quantifier', quantifier: which, range, variable, test, type: BOOL, ...over([range, test]) }
}

export function select(range: Expr, variable: ir.VariableName, test: Expr | null, value: Expr | null, type: Type): ir.Select {
  return { kind: 'Select', range, variable, test, value, type, ...over([range, test, value].filter((part) => part !== null)) }
}

export function shared(wish: string, value: Expr): ir.Shared {
  return { kind: 'Shared', wish, value, type: value.type, ...over([value]) }
}
