import type {
  ArrowFunctionExpression,
  AssignmentExpression,
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  Property,
  SpreadElement,
} from 'acorn'
import { CONSTRUCTORS, HELPERS, isRefusedName, METHODS, VALUES } from '../names.ts'
import { foreign, shown } from '../violation.ts'
import { isNumber } from './numbers.ts'
import { checkedName, nameIn, Scope } from './scope.ts'
import type { Operand, Table, Walk } from './walk.ts'

const UNARY: Readonly<Record<string, string>> = {
  '!': 'not',
  '-': 'a negative number',
  '+': 'a position in a list, which so is a number and nothing else',
  '~': 'bits',
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
  '|': 'bits',
  '^': 'bits',
  '<<': 'bits',
  '>>': 'bits',
  '>>>': 'bits',
}

const ASSIGNMENT: Readonly<Record<string, string>> = {
  '=': 'what is kept',
  '+=': 'a count',
  '|=': 'a role of a caller',
  '&=': 'bits',
  '??=': 'what is worked out when it is asked for first',
}

/** The expressions that `policy.js` may have. */
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
    why: 'records, and the tables of the module',
    check({ properties }, scope, walk) {
      for (const property of properties) checkProperty(property, scope, walk)
    },
  },
  MemberExpression: { why: 'what is read of something', check: checkMember },
  CallExpression: {
    why: 'helpers, functions of the module, and a few methods',
    check(node, scope, walk) {
      checkCallee(node, scope, walk)
      for (const argument of node.arguments) walk.expression(argument, scope)
    },
  },
  NewExpression: {
    why: 'maps and tables of numbers',
    check({ callee, arguments: values }, scope, walk) {
      if (callee.type !== 'Identifier' || !Object.hasOwn(CONSTRUCTORS, checkedName(callee).name))
        foreign('call', callee, 'what `new` makes is no map and no table')
      const [only, ...more] = values
      if (only?.type !== 'ArrayExpression' || more.length > 0)
        foreign('call', callee, 'what `new` makes is not made of what is written out')
      walk.expression(only, scope)
    },
  },
  UnaryExpression: {
    why: 'operators',
    check({ operator, argument, start }, scope, walk) {
      if (!Object.hasOwn(UNARY, operator)) foreign('operator', { start }, `there is an operator ${shown(operator)}`)
      walk.expression(argument, scope)
    },
  },
  BinaryExpression: {
    why: 'operators',
    check({ operator, left, right, start }, scope, walk) {
      if (!Object.hasOwn(BINARY, operator)) foreign('operator', { start }, `there is an operator ${shown(operator)}`)
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
      checkTarget(node, scope, walk)
      walk.expression(node.right, scope)
    },
  },
  SequenceExpression: {
    why: 'a variable and what is said with it',
    check({ expressions }, scope, walk) {
      for (const one of expressions) walk.expression(one, scope)
    },
  },
  ArrowFunctionExpression: { why: 'conversions at the doors', check: checkArrow },
}

function checkName(node: Identifier, scope: Scope, walk: Walk): void {
  const { name } = checkedName(node)
  if (name.includes('$')) walk.module.name(node)
  else if (name === 'abi') foreign('name', node, '`abi` is handed on as a whole')
  else if (scope.kindOf(name) === null && !Object.hasOwn(VALUES, name))
    foreign('name', node, `${shown(name)} is free: it would be found outside of the module`)
  else if (!scope.handOn(name)) foreign('loop', node, `${shown(name)} may grow while something goes through it`)
}

function checkProperty(property: Property | SpreadElement, scope: Scope, walk: Walk): void {
  if (property.type !== 'Property' || property.kind !== 'init' || property.method || property.computed)
    foreign('object-member', property, 'an object has a member that is no name with a value')
  const { key, value } = property
  if (key.type !== 'Identifier') foreign('object-member', key, 'a member of an object is not named by a name')
  const { name } = checkedName(key)
  if (isRefusedName(name)) foreign('property', key, `${shown(name)} is a member that no object of a module has`)
  walk.module.hasMember(name)
  // Data are members of a snapshot by names that only the table of data tells.
  if (name === 'name' && value.type === 'Literal' && typeof value.value === 'string') walk.module.hasMember(value.value)
  walk.expression(value as Expression, scope)
}

function checkMember(node: MemberExpression, scope: Scope, walk: Walk): void {
  const { object, property, computed } = node
  if (node.optional) foreign('expression', node, 'a member is read of what may be nothing')
  if (computed) {
    if (!isNumber(property, scope)) {
      if (object.type !== 'Identifier' || !object.name.includes('$'))
        foreign('computed-key', property, 'what is read is named by something that need not be a number')
      walk.module.askTable(object)
    }
    walk.expression(object, scope)
    walk.expression(property, scope)
    return
  }
  if (property.type !== 'Identifier') foreign('property', property, 'a member has no name')
  const { name } = checkedName(property)
  if (isRefusedName(name)) foreign('property', property, `${shown(name)} is read, which leads out of the module`)
  if (object.type === 'Identifier' && object.name === 'abi') {
    if (!HELPERS.has(name)) foreign('property', property, `\`abi\` has no member ${shown(name)}`)
    checkedName(object)
    return
  }
  walk.module.readMember(name, property)
  walk.expression(object, scope)
}

/** A helper, a function of the module, or one of a few methods; whatever is in a variable is no function. */
function checkCallee({ callee, optional }: CallExpression, scope: Scope, walk: Walk): void {
  if (optional) foreign('call', callee, 'something is called that may be nothing')
  if (callee.type === 'Identifier') {
    if (!checkedName(callee).name.includes('$')) foreign('call', callee, `${shown(callee.name)} is called`)
    walk.module.call(callee)
    return
  }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
    foreign('call', callee, 'something is called that has no name')
  const { name } = checkedName(callee.property)
  if (callee.object.type === 'Identifier' && callee.object.name === 'abi') checkMember(callee, scope, walk)
  else {
    if (!Object.hasOwn(METHODS, name))
      foreign('call', callee.property, `a method ${shown(name)} is called`)
    if (callee.optional) foreign('call', callee, 'something is called that may be nothing')
    if (name !== 'push') walk.expression(callee.object, scope)
    else if (callee.object.type !== 'Identifier' || !scope.grow(checkedName(callee.object).name))
      foreign('call', callee, 'something grows that is no list of the function, or was handed on')
  }
}

/** A variable of the function; or a word of bits in a list that it has made. */
function checkTarget({ left, operator, start }: AssignmentExpression, scope: Scope, walk: Walk): void {
  if (!Object.hasOwn(ASSIGNMENT, operator)) foreign('operator', { start }, `there is an operator ${shown(operator)}`)
  if (left.type === 'Identifier') {
    const kind = scope.kindOf(checkedName(left).name)
    if (kind !== 'let' && kind !== 'parameter') foreign('assignment', left, `${shown(left.name)} is assigned to`)
    return
  }
  if (left.type !== 'MemberExpression') foreign('assignment', left, 'what is assigned to is no variable')
  const { object, property, computed } = left
  const own = object.type === 'Identifier' && scope.kindOf(object.name) === 'list'
  if (!own || !computed || !isNumber(property, scope)) foreign('assignment', left, 'a member of something is assigned to')
  walk.expression(property, scope)
}

function checkArrow(node: ArrowFunctionExpression, scope: Scope, walk: Walk): void {
  if (node.async || node.generator) foreign('function', node, 'a function is not a plain one')
  const inner = new Scope(scope)
  for (const parameter of node.params) inner.declare(nameIn(parameter), 'parameter')
  if (node.body.type === 'BlockStatement') walk.block(node.body.body, inner)
  else walk.expression(node.body, inner)
}

/** For the kinds that have no row. */
export function refuseExpression(node: Operand): never {
  foreign('expression', node, `there is an expression of a kind that none is: ${shown(node.type)}`)
}
