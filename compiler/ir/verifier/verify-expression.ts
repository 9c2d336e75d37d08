/** Verifies types, proofs and variables of expressions. A problem is a bug of the compiler. */
import {
  BOOL,
  isComparable,
  isOrdered,
  isScalar,
  isString,
  joinTypes,
  STRING,
  sameType,
  showType,
  type Type,
} from '../../../language/checker/types/type.ts'
import { arithmeticFails } from '../build.ts'
import { callFails } from '../evaluation/call-fails.ts'
import type { Arithmetic, Chain, Const, Data, Expr, Kinds, Optional, Position, Select, VariableName } from '../expression.ts'
import { KIND } from '../kinds.ts'
import { elementOf } from '../lowering/lower-comprehension.ts'
import type { PolicyIr } from '../policy.ts'
import { printExpression } from '../print-expression.ts'
import { children, freeVariables, scopeOf } from '../visit.ts'
import { problemOfCall } from './verify-call.ts'

export interface Where {
  readonly policy: Pick<PolicyIr, 'callerFields' | 'roleWords' | 'identities' | 'data'>
  /** Names of the route's path parameters; null if the expression cannot read a request. */
  readonly params: readonly string[] | null
  /** The visible variables with their types. Default: none. */
  readonly variables?: ReadonlyMap<VariableName, Type>
  /** Expressions that are already verified and are skipped. Default: none. */
  readonly seen?: WeakSet<Expr>
}

export function verifyExpression(expression: Expr, where: Where): string[] {
  const { variables, seen = new WeakSet() } = where
  // A shared object is verified once, if its variables are visible again.
  if (seen.has(expression) && [...freeVariables(expression)].every((variable) => variables?.has(variable))) return []
  seen.add(expression)
  return problemsOf(expression, { ...where, seen })
}

function problemsOf(expression: Expr, where: Where): string[] {
  const own = scopeOf(expression)
  const inside = own === null ? where : { ...where, variables: new Map(where.variables).set(own.variable, boundType(expression)) }
  const problems = children(expression).flatMap((child) => verifyExpression(child, own?.sees.includes(child) ? inside : where))
  const problem = problemOf(expression, where)
  if (problem !== null) problems.push(`${problem}: ${printExpression(expression)}`)
  if (expression.fails !== fails(expression))
    problems.push(`marked ${expression.fails ? 'failing' : 'safe'}: ${printExpression(expression)}`)
  if (expression.kinds !== kindsIn(expression)) problems.push(`says wrong what stands in it: ${printExpression(expression)}`)
  return problems
}

function boundType(expression: Expr): Type {
  if (expression.kind === 'Let') return expression.value.type
  if (expression.kind === 'OptMap' || expression.kind === 'Quantifier' || expression.kind === 'Select')
    return hasElements(expression.range.type) ? elementOf(expression.range.type) : { kind: 'unknown' }
  throw new Error(`a ${expression.kind} has no variable`)
}

function hasElements({ kind }: Type): boolean {
  return kind === 'list' || kind === 'set' || kind === 'map' || kind === 'optional'
}

function kindsIn(expression: Expr): Kinds {
  const own = (KIND as Readonly<Partial<Record<Expr['kind'], Kinds>>>)[expression.kind] ?? 0
  return children(expression).reduce((kinds, child) => kinds | child.kinds, own)
}

function fails(expression: Expr): boolean {
  if (children(expression).some((child) => child.fails)) return true
  if (expression.kind === 'Call') return callFails(expression.id, expression.operands)
  const { kind } = expression
  return kind === 'Arithmetic' && arithmeticFails(expression.operator, expression.left, expression.right, expression.type)
}

/** Returns the problem of an expression whose children are valid. */
function problemOf(expression: Expr, where: Where): string | null {
  switch (expression.kind) {
    case 'Const':
      return fitsConst(expression) ? null : 'wrong constant'
    case 'Absent':
      return null
    case 'Present':
      return looseTarget(expression.target)
    case 'Variable': {
      const type = where.variables?.get(expression.variable)
      return type !== undefined && joinTypes(type, expression.type) !== null ? null : 'no such variable'
    }
    case 'Param':
      return where.params?.[expression.index] === expression.name ? null : 'no such parameter'
    case 'CallerField':
      return where.policy.callerFields.includes(expression.name) ? null : 'no such field'
    case 'RoleTest':
      return expression.word < where.policy.roleWords && expression.mask > 0 && expression.mask < 2 ** 31 ? null : 'no such roles'
    case 'IdentityTest':
      return where.policy.identities[expression.index]?.name === expression.name ? null : 'no such identity'
    case 'Data':
      return where.policy.data.some(({ name }) => name === expression.name) ? null : 'no such data'
    case 'RequirementTest':
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
    case 'Mtls':
    case 'Query':
    case 'Body':
      return where.params === null ? 'a role reads the request' : null
    case 'Field':
      return expression.object.type.kind === 'record' && expression.object.type.fields.has(expression.name)
        ? null
        : 'no such field'
    case 'MapRead':
      return expression.map.type.kind === 'map' && isString(expression.key.type) ? null : 'no map read by a string'
    case 'Position':
      return isPosition(expression) ? null : 'no position'
    case 'Entry':
      return isPositionIn(expression.map, expression.at) ? null : 'no entry'
    case 'Below':
      return [expression.at, expression.above].every((one) => isPositionIn(expression.hierarchy, one)) ? null : 'not below'
    case 'ListRead':
      return expression.list.type.kind === 'list' && expression.index.type.kind === 'int' ? null : 'no list read by an int'
    case 'Optional':
      return isOptionalOf(expression) ? looseTarget(expression.target) : 'no optional'
    case 'Some':
      return expression.operand.type.kind === 'optional' ? 'an optional of an optional' : looseListRead(expression)
    case 'Shared':
      return freeVariables(expression).size > 0 ? 'a variable in what is shared' : looseListRead(expression)
    default:
      return looseListRead(expression) ?? problemOfOperation(expression)
  }
}

/** A kept variable does not distinguish missing from erring, so presence tests need a target that cannot err. */
function looseTarget(target: Expr): string | null {
  if (target.kind !== 'Shared') return null
  const { kind, fails } = target.value
  return (kind === 'Header' || kind === 'MapRead' || kind === 'Entry') && !fails ? null : 'shared what may be missing'
}

/** Only an `Optional` may read an element that may be missing. */
function looseListRead(expression: Expr): string | null {
  return children(expression).some(({ kind }) => kind === 'ListRead') ? 'a list read outside of an optional' : null
}

type Operation = Exclude<
  Expr,
  {
    kind:
      | 'Const'
      | 'Absent'
      | 'Present'
      | 'Variable'
      | 'Param'
      | 'CallerField'
      | 'RoleTest'
      | 'IdentityTest'
      | 'Data'
      | 'RequirementTest'
      | 'RequestField'
      | 'Header'
      | 'HeaderTest'
      | 'Mtls'
      | 'Query'
      | 'Body'
      | 'Field'
      | 'MapRead'
      | 'Position'
      | 'Entry'
      | 'Below'
      | 'ListRead'
      | 'Optional'
      | 'Some'
      | 'Shared'
  }
>

function problemOfOperation(expression: Operation): string | null {
  switch (expression.kind) {
    case 'Chain':
      return problemOfChain(expression)
    case 'Not':
      return expression.operand.type.kind === 'bool' ? null : 'not of no bool'
    case 'Conditional': {
      const joined = joinTypes(expression.then.type, expression.otherwise.type)
      return expression.test.type.kind === 'bool' && joined !== null ? null : 'wrong conditional'
    }
    case 'Compare':
      return isOrdered(expression.left.type) && joinTypes(expression.left.type, expression.right.type) ? null : 'no order'
    case 'Equal':
      return isComparable(expression.left.type) && joinTypes(expression.left.type, expression.right.type) ? null : 'no equality'
    case 'In':
      return isWithin(expression.element.type, expression.collection.type) ? null : 'no membership'
    case 'Arithmetic':
      return isArithmetic(expression) ? null : 'no arithmetic'
    case 'Negate':
      return isNumber(expression.operand.type) ? null : 'no number'
    case 'Concat':
      return isString(expression.type) || expression.type.kind === 'list' ? null : 'no concatenation'
    case 'Collect':
      return expression.type.kind === 'list' || expression.type.kind === 'set' ? null : 'no collection'
    case 'CollectMap': {
      const keys = new Set(expression.entries.map(({ key }) => key))
      return expression.type.kind === 'map' && keys.size === expression.entries.length ? null : 'no map'
    }
    case 'Call':
      return problemOfCall(expression)
    case 'OrValue':
      return expression.operand.type.kind === 'optional' && joinTypes(expression.operand.type.value, expression.fallback.type)
        ? null
        : 'no value of an optional'
    case 'Let':
      return null
    case 'OptMap':
      return expression.range.type.kind === 'optional' ? null : 'no optional'
    case 'Quantifier':
      return isRange(expression.range.type) && expression.test.type.kind === 'bool' ? null : 'no quantifier'
    case 'Select':
      return isSelection(expression) ? null : 'no selection'
  }
}

function problemOfChain({ operands }: Chain): string | null {
  if (operands.length < 2) return 'a chain of less than two'
  if (operands.some(({ expression }) => expression.type.kind !== BOOL.kind)) return 'a chain of no bools'
  const wild = operands.some(({ guards }, at) => guards.some((guard) => !Number.isInteger(guard) || guard < 0 || guard >= at))
  return wild ? 'a guard is not before what it guards' : null
}

function fitsConst({ value, type }: Const): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
    case 'double':
      return Number.isFinite(value)
    case 'timestamp':
    case 'duration':
      return typeof value === 'bigint'
    case 'optional':
      return value === null
    default:
      return isScalar(type) && typeof value === 'string'
  }
}

function isOptionalOf({ type, target }: Optional): boolean {
  return type.kind === 'optional' && (target.type.kind === 'optional' || sameType(type.value, target.type))
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'double'
}

function isArithmetic({ operator, left, right, type }: Arithmetic): boolean {
  const kinds = [left.type, right.type, type].map(showType).join(' ')
  if (operator === '+')
    return ['timestamp duration timestamp', 'duration timestamp timestamp', 'duration duration duration', ...NUMBERS].includes(
      kinds,
    )
  if (operator === '-')
    return ['timestamp duration timestamp', 'timestamp timestamp duration', 'duration duration duration', ...NUMBERS].includes(
      kinds,
    )
  return kinds === 'int int int' || (operator !== '%' && kinds === 'double double double')
}
const NUMBERS = ['int int int', 'double double double']

function isWithin(element: Type, collection: Type): boolean {
  if (collection.kind === 'map') return joinTypes(element, STRING) !== null
  if (collection.kind !== 'list' && collection.kind !== 'set') return false
  return isComparable(element) && joinTypes(element, collection.element) !== null
}

/** The text must not err, as an error has no position. */
function isPosition({ datum, text, linked }: Position): boolean {
  if (datum.kind !== 'Data' || (datum.type.kind !== 'map' && datum.type.kind !== 'hierarchy') || text.fails) return false
  if (linked && text.kind !== 'CallerField' && text.kind !== 'Field') return false
  return isString(text.type) || ((text.type.kind === 'list' || text.type.kind === 'set') && isString(text.type.element))
}

function isPositionIn(datum: Expr, at: Expr): boolean {
  const position = at.kind === 'Shared' ? at.value : at
  return datum.kind === 'Data' && position.kind === 'Position' && (position.datum as Data).name === datum.name
}

function isRange({ kind }: Type): boolean {
  return kind === 'list' || kind === 'set' || kind === 'map'
}

/** Only a list yields a list: other collections have no order. */
function isSelection({ range, test, value, type }: Select): boolean {
  if (!isRange(range.type) || (test !== null && test.type.kind !== 'bool')) return false
  const element = value?.type ?? elementOf(range.type)
  if (range.type.kind === 'list') return type.kind === 'list' && joinTypes(type.element, element) !== null
  return type.kind === 'set' && isScalar(element) && joinTypes(type.element, element) !== null
}
