import type {
  AssignmentExpression,
  Expression,
  Identifier,
  MemberExpression,
  NewExpression,
  Property,
  SpreadElement,
} from 'acorn'
import { CONSTRUCTORS, isReservedName, VALUES } from '../names.ts'
import { foreign, shownWord } from '../violation.ts'
import { checkCall, helperIn } from './calls.ts'
import { isNumber } from './numbers.ts'
import { checkedName, type Scope } from './scope.ts'
import type { OperandNode, Table, Walk } from './walk.ts'

const UNARY: Readonly<Record<string, string>> = {
  '!': 'not',
  '-': 'a negative number',
  '+': 'a position in a list, which so is a number and nothing else',
}

const BINARY: Readonly<Record<string, string>> = {
  '===': 'equality',
  '!==': 'inequality, and presence',
  '<': 'order',
  '<=': 'order',
  '>': 'order',
  '>=': 'order',
  '+': 'sums, and texts of numbers',
  '-': 'differences',
  '*': 'products',
  '/': 'quotients',
  '%': 'remainders',
  '&': 'roles',
  '|': 'halves of numbers',
  '<<': 'bits',
  '>>': 'bits',
}

const ASSIGNMENT: Readonly<Record<string, string>> = {
  '=': 'what is kept',
  '+=': 'a count',
  '|=': 'a role of a caller',
  '??=': 'what is worked out when it is asked for first',
}

/**
 * Kinds of expressions that `policy.js` may have, each with the check of its parts. Functions occur only as arguments of helpers.
 */
export const EXPRESSIONS: Table<Expression> = {
  Literal: {
    why: 'constants',
    check(node) {
      if (node.regex) foreign('literal', node, 'a regular expression is written out')
    },
  },
  Identifier: { why: 'names', check: checkName },
  ArrayExpression: {
    why: 'lists, and what the tracer is told',
    check({ elements, start }, scope, walk) {
      for (const element of elements) walk.expression(element ?? foreign('literal', { start }, 'a list has a hole'), scope)
    },
  },
  ObjectExpression: {
    why: 'records',
    check({ properties }, scope, walk) {
      for (const property of properties) checkProperty(property, scope, walk)
    },
  },
  MemberExpression: { why: 'what is read of something', check: checkMember },
  CallExpression: { why: 'helpers, functions of the module, and a few methods', check: checkCall },
  NewExpression: { why: 'maps, and the tables of the module', check: checkNew },
  UnaryExpression: {
    why: 'operators',
    check({ operator, argument, start }, scope, walk) {
      if (!Object.hasOwn(UNARY, operator)) foreign('operator', { start }, `there is an operator ${shownWord(operator)}`)
      walk.expression(argument, scope)
    },
  },
  BinaryExpression: {
    why: 'operators',
    check({ operator, left, right, start }, scope, walk) {
      if (!Object.hasOwn(BINARY, operator)) foreign('operator', { start }, `there is an operator ${shownWord(operator)}`)
      walk.expression(left, scope)
      walk.expression(right, scope)
    },
  },
  LogicalExpression: {
    why: '`&&`, `||`, and what stands for what is absent',
    check({ left, right }, scope, walk) {
      walk.expression(left, scope)
      walk.expression(right, scope)
    },
  },
  ConditionalExpression: {
    why: '`? :`, and what an error is',
    check({ test, consequent, alternate }, scope, walk) {
      walk.expression(test, scope)
      walk.expression(consequent, scope)
      walk.expression(alternate, scope)
    },
  },
  AssignmentExpression: {
    why: 'what is kept within a function',
    check(node, scope, walk) {
      checkTarget(node, scope)
      walk.expression(node.right, scope)
    },
  },
  SequenceExpression: {
    why: 'a variable and what is said with it',
    check({ expressions }, scope, walk) {
      for (const one of expressions) walk.expression(one, scope)
    },
  },
}

function checkName(node: Identifier, scope: Scope, walk: Walk): void {
  const { name } = checkedName(node)
  if (name.includes('$')) walk.module.use(node, 'value')
  else if (name === 'abi') foreign('name', node, '`abi` is handed on as a whole')
  else if (scope.kindOf(name) === null && !Object.hasOwn(VALUES, name))
    foreign('name', node, `${shownWord(name)} is free: it would be found outside of the module`)
  else if (!scope.handOn(name)) foreign('loop', node, `${shownWord(name)} may grow while something goes through it`)
}

/**
 * Returns the name of a member in an object literal.
 *
 * @throws Foreign unless the member has the form `name: value` or `name`
 */
export function memberName(property: Property | SpreadElement): string {
  if (property.type !== 'Property' || property.kind !== 'init' || property.method || property.computed)
    foreign('object-member', property, 'an object has a member that is no name with a value')
  if (property.key.type !== 'Identifier') foreign('object-member', property, 'a member of an object is not named by a name')
  return checkedName(property.key).name
}

function checkProperty(property: Property | SpreadElement, scope: Scope, walk: Walk): void {
  const name = memberName(property)
  const { shorthand, value } = property as Property
  // `{ identity, roles, caller, auth }`: facts; `facts.caller` is its only reader.
  if (isReservedName(name) && !(name === 'caller' && shorthand))
    foreign('property', property, `${shownWord(name)} is a member that no object of a module has`)
  walk.module.hasMember(name)
  walk.expression(value as Expression, scope)
}

function checkMember(node: MemberExpression, scope: Scope, walk: Walk): void {
  const { object, property, computed } = node
  if (node.optional) foreign('expression', node, 'a member is read of what may be nothing')
  if (computed) {
    if (!isNumber(property))
      foreign('computed-key', property, 'what is read is named by something that is no number by its syntax')
    walk.expression(object, scope)
    walk.expression(property, scope)
    return
  }
  if (property.type !== 'Identifier') foreign('property', property, 'a member has no name')
  const { name } = checkedName(property)
  const helper = helperIn(node)
  if (helper !== null) {
    if (helper !== 'open') foreign('property', property, `\`abi\`, member ${shownWord(name)}, is no value`)
    return
  }
  if (name === 'caller') {
    if (object.type !== 'Identifier' || checkedName(object).name !== 'facts')
      foreign('property', property, '`caller` is read of something else than `facts`')
  } else if (name !== 'length' && name !== 'size') {
    if (isReservedName(name)) foreign('property', property, `${shownWord(name)} is read, which leads out of the module`)
    walk.module.readMember(name, property)
  }
  walk.expression(object, scope)
}

/** Checks a `new` expression, which must have the form `new Map([['a', …], …])` or `new Int32Array([…])`. */
function checkNew({ callee, arguments: given }: NewExpression, scope: Scope, walk: Walk): void {
  if (callee.type !== 'Identifier' || !Object.hasOwn(CONSTRUCTORS, checkedName(callee).name))
    foreign('call', callee, 'what `new` makes is no map and no table')
  const [only, ...more] = given
  if (only?.type !== 'ArrayExpression' || more.length > 0)
    foreign('call', callee, 'what `new` makes is not made of what is written out')
  walk.expression(only, scope)
}

function checkTarget({ left, operator, start }: AssignmentExpression, scope: Scope): void {
  if (!Object.hasOwn(ASSIGNMENT, operator)) foreign('operator', { start }, `there is an operator ${shownWord(operator)}`)
  if (left.type === 'Identifier') {
    const kind = scope.kindOf(checkedName(left).name)
    if (kind !== 'let' && kind !== 'parameter') foreign('assignment', left, `${shownWord(left.name)} is assigned to`)
    return
  }
  if (left.type !== 'MemberExpression') foreign('assignment', left, 'what is assigned to is no variable')
  const { object, property, computed, optional } = left
  const size = object.type === 'Identifier' ? scope.sizeOf(checkedName(object).name) : 0
  const isWord =
    computed && !optional && property.type === 'Literal' && Number.isInteger(property.value) && (property.value as number) >= 0
  if (!isWord || (property.value as number) >= size || (operator !== '|=' && operator !== '='))
    foreign('assignment', left, 'a member of something is assigned to')
}

export function refuseExpression(node: OperandNode): never {
  foreign('expression', node, `there is an expression of a kind that none is: ${shownWord(node.type)}`)
}
