/** The only constructors of IR expressions. They compute `fails` and `binding`, so no pass can get them wrong. */
import type { OverloadId } from '../../language/builtins/index.ts'
import { BOOL, INT, IP, isString, type RecordShape, STRING, TIMESTAMP, type Type } from '../../language/checker/types/type.ts'
import { callFails } from './evaluation/call-fails.ts'
import type * as ir from './expression.ts'
import type { Kinds } from './expression.ts'
import { staysInt } from './int-range.ts'
import { KIND } from './kinds.ts'

/** Length in characters above which a text of a policy becomes a constant of the generated module. */
export const LONG_TEXT = 80
/**
 * Maximum number of constants that generated code compares one by one. More constants become a set, which is faster:
 * `docs/decisions/texts-as-they-are.md`.
 */
export const FEW_CONSTANTS = 8

type Expr = ir.Expr

const BINDINGS: readonly ir.BindingTime[] = ['constant', 'caller', 'data', 'request']
const ORDER = { constant: 0, caller: 1, data: 2, request: 3 } as const satisfies Record<ir.BindingTime, number>

type Derived = Pick<Expr, 'fails' | 'binding' | 'kinds' | 'weight'>

/** Derives a node that errs if a child does, and is known when its last child is. */
function over(kind: Kinds, parts: readonly Expr[], fails = false): Derived {
  let binding = 0
  let some = fails
  let kinds = kind
  let weight = WEIGHT
  for (const part of parts) {
    binding = Math.max(binding, ORDER[part.binding])
    some ||= part.fails
    kinds |= part.kinds
    weight += part.weight
  }
  return { fails: some, binding: BINDINGS[binding] as ir.BindingTime, kinds, weight }
}

/** The weight of a node without its children, except texts. */
const WEIGHT = 24
/** The kinds of a leaf. */
const NONE: Kinds = 0

export function constant(value: ir.ConstValue, type: Type): ir.Const {
  // An int has one zero; a double has two, whose quotients differ.
  const exact = type.kind === 'int' && value === 0 ? 0 : value
  const weight = typeof value === 'string' ? Math.min(value.length, LONG_TEXT) + 4 : WEIGHT
  return { kind: 'Const', value: exact, type, fails: false, binding: 'constant', kinds: NONE, weight }
}

export const TRUE = constant(true, BOOL)
export const FALSE = constant(false, BOOL)

export function none(type: Type): ir.Const {
  return constant(null, type)
}

export function absent(type: Type): ir.Absent {
  return { kind: 'Absent', type, fails: false, binding: 'constant', kinds: NONE, weight: WEIGHT }
}

/**
 * Creates a read of a variable whose value is known from the time `binding` on. The read never errs, as the variable's definition
 * has not erred.
 */
export function variable(name: ir.VariableName, type: Type, binding: ir.BindingTime): ir.Variable {
  return { kind: 'Variable', variable: name, type, fails: false, binding, kinds: KIND.Variable, weight: WEIGHT }
}

/**
 * Creates a read of a path parameter.
 *
 * @param place position in the request; default: the whole path segment with the index
 */
export function param(index: number, name: string, type: Type, place: ir.ParamPlace = wholeSegment(index)): ir.Param {
  return { kind: 'Param', index, name, place, type, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
}

function wholeSegment(at: number): ir.ParamPlace {
  return { kind: 'segment', at, prefix: 0, suffix: 0 }
}

export function callerField(name: string, type: Type): ir.CallerField {
  return { kind: 'CallerField', name, type, fails: false, binding: 'caller', kinds: NONE, weight: WEIGHT }
}

export function roleTest(word: number, mask: number): ir.RoleTest {
  return { kind: 'RoleTest', word, mask, type: BOOL, fails: false, binding: 'caller', kinds: NONE, weight: WEIGHT }
}

export function identityTest(index: number, name: string): ir.IdentityTest {
  return { kind: 'IdentityTest', index, name, type: BOOL, fails: false, binding: 'caller', kinds: NONE, weight: WEIGHT }
}

export function requirementTest(
  what: ir.RequirementTest['what'],
  values: readonly string[],
  within: number | null,
): ir.RequirementTest {
  return {
    kind: 'RequirementTest',
    what,
    values,
    within,
    type: BOOL,
    fails: false,
    binding: within === null ? 'caller' : 'request',
    kinds: NONE,
    weight: WEIGHT,
  }
}

export function requestField(name: ir.RequestField['name']): ir.RequestField {
  const type = name === 'time' ? TIMESTAMP : name === 'sourceIp' ? IP : STRING
  return { kind: 'RequestField', name, type, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
}

export function header(name: string): ir.Header {
  return { kind: 'Header', name, type: STRING, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
}

export function headerTest(name: string): ir.HeaderTest {
  return { kind: 'HeaderTest', name, type: BOOL, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
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
  return { kind: 'Mtls', type: CERTIFICATE, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
}

export function query(fields: RecordShape['fields']): ir.Query {
  return {
    kind: 'Query',
    type: { kind: 'record', open: false, fields },
    fails: false,
    binding: 'request',
    kinds: NONE,
    weight: WEIGHT,
  }
}

export function body(type: Type): ir.Body {
  return { kind: 'Body', type, fails: false, binding: 'request', kinds: NONE, weight: WEIGHT }
}

export function data(name: string, type: Type): ir.Data {
  return { kind: 'Data', name, type, fails: false, binding: 'data', kinds: NONE, weight: WEIGHT }
}

export function field(object: Expr, name: string, type: Type): ir.Field {
  const { fails, binding, kinds, weight } = over(KIND.Field, [object])
  return { kind: 'Field', object, name, type, fails, binding, kinds, weight }
}

export function mapRead(map: Expr, key: Expr, type: Type): ir.MapRead {
  const { fails, binding, kinds, weight } = over(KIND.MapRead, [map, key])
  return { kind: 'MapRead', map, key, type, fails, binding, kinds, weight }
}

export function position(datum: Expr, text: Expr, linked: boolean): ir.Position {
  const type: Type = isString(text.type) ? INT : { kind: 'list', element: INT }
  const { fails, binding, kinds, weight } = over(KIND.Position, [datum, text])
  return { kind: 'Position', datum, text, linked, type, fails, binding, kinds, weight }
}

export function entry(map: Expr, at: Expr): ir.Entry {
  if (map.type.kind !== 'map') throw new Error('an entry of no map')
  const { fails, binding, kinds, weight } = over(KIND.Entry, [map, at])
  return { kind: 'Entry', map, at, type: map.type.value, fails, binding, kinds, weight }
}

export function below(hierarchy: Expr, at: Expr, above: Expr): ir.Below {
  const { fails, binding, kinds, weight } = over(KIND.Below, [hierarchy, at, above])
  return { kind: 'Below', hierarchy, at, above, type: BOOL, fails, binding, kinds, weight }
}

export function listRead(list: Expr, index: Expr, type: Type): ir.ListRead {
  const { fails, binding, kinds, weight } = over(KIND.ListRead, [list, index])
  return { kind: 'ListRead', list, index, type, fails, binding, kinds, weight }
}

export function present(target: Expr): ir.Present {
  switch (target.kind) {
    case 'CallerField':
    case 'Field':
    case 'Mtls':
    case 'Entry':
    case 'Shared': {
      const { fails, binding, kinds, weight } = over(KIND.Present, [target])
      return { kind: 'Present', target, type: BOOL, fails, binding, kinds, weight }
    }
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
    case 'Shared': {
      const { fails, binding, kinds, weight } = over(KIND.Optional, [target])
      return { kind: 'Optional', target, type: optionalOf(target.type), fails, binding, kinds, weight }
    }
    default:
      throw new Error(`an optional of a ${target.kind}`)
  }
}

export function some(operand: Expr): ir.Some {
  const { fails, binding, kinds, weight } = over(KIND.Some, [operand])
  return { kind: 'Some', operand, type: optionalOf(operand.type), fails, binding, kinds, weight }
}

function optionalOf(type: Type): Type {
  return type.kind === 'optional' ? type : { kind: 'optional', value: type }
}

/**
 * Creates a chain of `&&` or `||`. Returns the operand itself if there is only one, and the operator's neutral element if there
 * is none.
 */
export function chain(operator: ir.ChainOperator, operands: readonly ir.Operand[]): Expr {
  const [only] = operands
  if (only === undefined) return operator === '&&' ? TRUE : FALSE
  if (operands.length === 1) return only.expression
  const { fails, binding, kinds, weight } = over(
    KIND.Chain,
    operands.map(({ expression }) => expression),
  )
  return { kind: 'Chain', operator, operands, type: BOOL, fails, binding, kinds, weight }
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
  const { fails, binding, kinds, weight } = over(KIND.Not, [operand])
  return { kind: 'Not', operand, type: BOOL, fails, binding, kinds, weight }
}

export function conditional(test: Expr, then: Expr, otherwise: Expr, type: Type): ir.Conditional {
  const { fails, binding, kinds, weight } = over(KIND.Conditional, [test, then, otherwise])
  return { kind: 'Conditional', test, then, otherwise, type, fails, binding, kinds, weight }
}

export function compare(operator: ir.CompareOperator, left: Expr, right: Expr): ir.Compare {
  const { fails, binding, kinds, weight } = over(KIND.Compare, [left, right])
  return { kind: 'Compare', operator, left, right, type: BOOL, fails, binding, kinds, weight }
}

export function equal(left: Expr, right: Expr): ir.Equal {
  const { fails, binding, kinds, weight } = over(KIND.Equal, [left, right])
  return { kind: 'Equal', left, right, type: BOOL, fails, binding, kinds, weight }
}

export function within(element: Expr, collection: Expr): ir.In {
  const { fails, binding, kinds, weight } = over(KIND.In, [element, collection])
  return { kind: 'In', element, collection, type: BOOL, fails, binding, kinds, weight }
}

export function arithmetic(operator: ir.ArithmeticOperator, left: Expr, right: Expr, type: Type = left.type): ir.Arithmetic {
  const { fails, binding, kinds, weight } = over(KIND.Arithmetic, [left, right], arithmeticFails(operator, left, right, type))
  return { kind: 'Arithmetic', operator, left, right, type, fails, binding, kinds, weight }
}

/** Returns whether an arithmetic operation may err if no operand does. */
export function arithmeticFails(operator: ir.ArithmeticOperator, left: Expr, right: Expr, type: Type): boolean {
  switch (type.kind) {
    case 'double':
      return false
    case 'int':
      return !staysInt({ operator, left, right })
    default:
      // The difference of any two timestamps fits into a duration.
      return left.type.kind !== 'timestamp' || right.type.kind !== 'timestamp'
  }
}

export function negate(operand: Expr): ir.Negate {
  const { fails, binding, kinds, weight } = over(KIND.Negate, [operand])
  return { kind: 'Negate', operand, type: operand.type, fails, binding, kinds, weight }
}

export function concat(left: Expr, right: Expr, type: Type): ir.Concat {
  const { fails, binding, kinds, weight } = over(KIND.Concat, [left, right])
  return { kind: 'Concat', left, right, type: isString(type) ? STRING : type, fails, binding, kinds, weight }
}

export function collect(elements: readonly Expr[], type: Type): ir.Collect {
  const { fails, binding, kinds, weight } = over(KIND.Collect, elements)
  return { kind: 'Collect', elements, type, fails, binding, kinds, weight }
}

export function collectMap(entries: ir.CollectMap['entries'], type: Type): ir.CollectMap {
  const { fails, binding, kinds, weight } = over(
    KIND.CollectMap,
    entries.map(({ value }) => value),
  )
  return { kind: 'CollectMap', entries, type, fails, binding, kinds, weight }
}

export function call(id: OverloadId, operands: readonly Expr[], type: Type): ir.Call {
  const { fails, binding, kinds, weight } = over(KIND.Call, operands, callFails(id, operands))
  return { kind: 'Call', id, operands, type, fails, binding, kinds, weight }
}

export function orValue(operand: Expr, fallback: Expr, type: Type): ir.OrValue {
  const { fails, binding, kinds, weight } = over(KIND.OrValue, [operand, fallback])
  return { kind: 'OrValue', operand, fallback, type, fails, binding, kinds, weight }
}

export function bind(variable: ir.VariableName, value: Expr, body: Expr): ir.Let {
  const { fails, binding, kinds, weight } = over(KIND.Let, [value, body])
  return { kind: 'Let', variable, value, body, type: body.type, fails, binding, kinds, weight }
}

export function optMap(range: Expr, variable: ir.VariableName, body: Expr): ir.OptMap {
  const { fails, binding, kinds, weight } = over(KIND.OptMap, [range, body])
  return { kind: 'OptMap', range, variable, body, type: optionalOf(body.type), fails, binding, kinds, weight }
}

export function quantifier(
  which: ir.Quantifier['quantifier'],
  range: Expr,
  variable: ir.VariableName,
  test: Expr,
): ir.Quantifier {
  const { fails, binding, kinds, weight } = over(KIND.Quantifier, [range, test])
  return { kind: 'Quantifier', quantifier: which, range, variable, test, type: BOOL, fails, binding, kinds, weight }
}

export function select(range: Expr, variable: ir.VariableName, test: Expr | null, value: Expr | null, type: Type): ir.Select {
  const { fails, binding, kinds, weight } = over(
    KIND.Select,
    [range, test, value].filter((part) => part !== null),
  )
  return { kind: 'Select', range, variable, test, value, type, fails, binding, kinds, weight }
}

export function shared(wish: string, value: Expr): ir.Shared {
  const { fails, binding, kinds, weight } = over(KIND.Shared, [value])
  return { kind: 'Shared', wish, value, type: value.type, fails, binding, kinds, weight }
}
