import type {
  AssignmentExpression,
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  Property,
  SpreadElement,
  Super,
} from 'acorn'
import { isRefusedName } from '../names.ts'
import { foreign, shown } from '../violation.ts'
import { plain } from './locals.ts'
import { FUNCTIONS, METHODS, STATICS, WRITTEN } from './names.ts'
import type { Table, Walk } from './walk.ts'

const UNARY: ReadonlySet<string> = new Set(['!', '-', 'typeof'])
const BINARY: ReadonlySet<string> = new Set(['===', '!==', '==', '!=', '<', '<=', '>', '>=', '+', '-', '/', '%'])

/** The expressions that a function of ajv may have. */
export const EXPRESSIONS: Table<Expression> = {
  Literal: {
    why: 'constants',
    check(node) {
      if (node.regex) foreign('literal', node, 'a regular expression is written out')
    },
  },
  Identifier: { why: 'names', check: checkName },
  ArrayExpression: {
    why: 'errors',
    check({ elements, start }, walk) {
      for (const element of elements) walk.expression(element ?? foreign('literal', { start }, 'a list has a hole'))
    },
  },
  ObjectExpression: {
    why: 'errors, and what a function is given',
    check({ properties }, walk) {
      for (const property of properties) checkProperty(property, walk)
    },
  },
  MemberExpression: { why: 'a member of a value, of a schema', check: checkMember },
  CallExpression: {
    why: 'functions of the same check, helpers, and a few of JavaScript',
    check(node, walk) {
      if (!isEscaping(node, walk)) {
        checkCallee(node, walk)
        for (const argument of node.arguments) walk.expression(argument)
      }
    },
  },
  UnaryExpression: {
    why: 'operators',
    check({ operator, argument, start }, walk) {
      if (!UNARY.has(operator)) foreign('operator', { start }, `there is an operator ${shown(operator)}`)
      walk.expression(argument)
    },
  },
  BinaryExpression: {
    why: 'operators',
    check({ operator, left, right, start }, walk) {
      if (!BINARY.has(operator)) foreign('operator', { start }, `there is an operator ${shown(operator)}`)
      walk.expression(left)
      walk.expression(right)
    },
  },
  LogicalExpression: {
    why: 'keywords together',
    check({ operator, left, right, start }, walk) {
      if (operator === '??') foreign('operator', { start }, 'there is an operator `??`')
      walk.expression(left)
      walk.expression(right)
    },
  },
  ConditionalExpression: {
    why: 'how far lists have been looked at',
    check({ test, consequent, alternate }, walk) {
      walk.expression(test)
      walk.expression(consequent)
      walk.expression(alternate)
    },
  },
  AssignmentExpression: {
    why: 'what is kept',
    check(node, walk) {
      checkTarget(node, walk)
      walk.expression(node.right)
    },
  },
  UpdateExpression: {
    why: 'counts',
    check({ operator, argument, start }, walk) {
      if (operator !== '++' || argument.type !== 'Identifier' || walk.locals.kindOf(plain(argument).name) !== 'variable')
        foreign('assignment', { start }, 'something is counted that is no variable')
    },
  },
  SequenceExpression: {
    why: '`multipleOf`',
    check({ expressions }, walk) {
      for (const one of expressions) walk.expression(one)
    },
  },
}

/** Names of functions stand only where they are called, and of constants only where they are read. */
function checkName(node: Identifier, walk: Walk): void {
  const { name } = plain(node)
  if (name !== 'undefined' && walk.locals.kindOf(name) === null && walk.constants.get(name) !== 'json')
    foreign('name', node, `${shown(name)} is free, or no value`)
}

function checkProperty(property: Property | SpreadElement, walk: Walk): void {
  if (
    property.type !== 'Property' ||
    property.kind !== 'init' ||
    property.method ||
    property.computed ||
    property.key.type !== 'Identifier'
  )
    foreign('object-member', property, 'an object has a member that is no name with a value')
  if (isRefusedName(plain(property.key).name))
    foreign('property', property, `${shown(property.key.name)} is a member that no error has`)
  walk.expression(property.value as Expression)
}

function checkMember({ object, property, computed, optional, start }: MemberExpression, walk: Walk): void {
  if (optional) foreign('expression', { start }, 'a member is read of what may be nothing')
  if (computed) {
    if (!isKey(property, walk)) foreign('computed-key', property, 'what is read is named by something that is no key of it')
  } else {
    if (property.type !== 'Identifier') foreign('property', property, 'a member has no name')
    // What a claim is called, nobody can choose: it is read of a value, and what comes of it is looked at and never called.
    if (isRefusedName(plain(property).name) && !isValue(object, walk))
      foreign('property', property, `${shown(property.name)} is read of something that is no value`)
  }
  if (isFunction(object, walk)) {
    const name = !computed && property.type === 'Identifier' ? property.name : ''
    if (name !== 'errors' && name !== 'evaluated') foreign('property', property, 'a member of a function is read')
  } else walk.expression(object)
}

/** `validate0`, and `wrapper0.validate` where it is not yet declared. */
function isFunction(node: Expression | Super, walk: Walk): boolean {
  if (node.type === 'Identifier') return walk.functions.has(plain(node).name)
  if (node.type !== 'MemberExpression' || node.computed || node.optional || node.object.type !== 'Identifier') return false
  const { object, property } = node
  return (
    walk.constants.get(plain(object).name) === 'wrapper' && property.type === 'Identifier' && plain(property).name === 'validate'
  )
}

/** Written out, or what a loop goes through. */
function isKey(node: Expression | { readonly type: 'PrivateIdentifier' }, walk: Walk): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' || typeof node.value === 'number'
  if (node.type !== 'Identifier') return false
  const kind = walk.locals.kindOf(plain(node).name)
  return kind === 'key' || kind === 'counter'
}

/** `data`, `data7`, a key (of which `propertyNames` is asked), and what is in a schema. */
function isValue(node: Expression | Super, walk: Walk): boolean {
  if (node.type === 'MemberExpression') return isValue(node.object, walk)
  return node.type === 'Identifier' && (/^(?:data\d*|key\d+)$/.test(node.name) || walk.constants.get(node.name) === 'json')
}

function checkCallee({ callee, optional, arguments: given }: CallExpression, walk: Walk): void {
  if (optional) foreign('call', callee, 'something is called that may be nothing')
  if (callee.type === 'Identifier') {
    const { name } = plain(callee)
    const kind = walk.constants.get(name)
    if (!walk.functions.has(name) && kind !== 'function' && kind !== 'format' && !Object.hasOwn(FUNCTIONS, name))
      foreign('call', callee, `${shown(name)} is called`)
    return
  }
  if (
    callee.type !== 'MemberExpression' ||
    callee.computed ||
    callee.optional ||
    callee.object.type !== 'Identifier' ||
    callee.property.type !== 'Identifier'
  )
    foreign('call', callee, 'something is called that has no name')
  const [object, method] = [plain(callee.object).name, plain(callee.property).name]
  const kind = walk.constants.get(object)
  const known =
    CALLED[method]?.includes(kind as string) ||
    (kind === undefined && Object.hasOwn(STATICS, `${object}.${method}`) && (method !== 'assign' || isMerging(given, walk))) ||
    (object === 'vErrors' && method !== 'replace' && Object.hasOwn(METHODS, method) && walk.locals.kindOf(object) !== null)
  if (!known) foreign('call', callee, `a method ${shown(method)} is called`)
}

/** `Object.assign(props0, props1)` */
function isMerging(given: CallExpression['arguments'], walk: Walk): boolean {
  return (
    given.length === 2 &&
    given.every((one) => one.type === 'Identifier' && /^props\d+$/.test(one.name) && walk.locals.kindOf(one.name) !== null)
  )
}

/** Which constants of a check may be asked what. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  call: ['own'],
  test: ['regexp', 'format'],
  has: ['set'],
  validate: ['format', 'wrapper'],
}

/** `key0.replace(/~/g, "~0").replace(/\//g, "~1")`: a key as a part of a JSON Pointer. */
function isEscaping({ start, end }: CallExpression, walk: Walk): boolean {
  const key = /^(key\d+)\.replace\(\/~\/g, "~0"\)\.replace\(\/\\\/\/g, "~1"\)$/.exec(walk.code.slice(start, end))?.[1]
  return key !== undefined && walk.locals.kindOf(key) === 'key'
}

/**
 * What members are written of is what the function itself has made: errors, and what has been looked at. Were a value kept under such a name, it could
 * be changed.
 */
export function checkKept({ name }: Identifier, value: Expression, { code }: Pick<Walk, 'code'>): void {
  const made = name === 'vErrors' ? ERRORS : /^(?:props|evaluated)\d+$/.test(name) ? LOOKED_AT : null
  if (made !== null && !made.test(code.slice(value.start, value.end)))
    foreign('assignment', value, `${shown(name)} is kept of something that the function has not made`)
}

const ERRORS = /^(?:null|\[err\d+\]|vErrors === null \? ((?:validate\d+|wrapper\d+\.validate)\.errors) : vErrors\.concat\(\1\))$/
const LOOKED_AT =
  /^(?:\{\}|true|undefined|props\d+|props\d+ \|\| \{\}|(?:validate\d+|wrapper\d+\.validate)\.evaluated(?:\.props)?)$/

/** A variable, what a function says of itself, or what has been looked at. */
function checkTarget({ left, right, operator, start }: AssignmentExpression, walk: Walk): void {
  if (operator !== '=') foreign('operator', { start }, `there is an operator ${shown(operator)}`)
  if (left.type === 'Identifier') {
    if (walk.locals.kindOf(plain(left).name) !== 'variable') foreign('assignment', left, `${shown(left.name)} is assigned to`)
    checkKept(left, right, walk)
    return
  }
  if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier')
    foreign('assignment', left, 'what is assigned to is no variable')
  const { object, property, computed } = left
  const { name } = plain(left.object)
  const member = !computed && property.type === 'Identifier' ? plain(property).name : null
  const own = member !== null && Object.hasOwn(WRITTEN, member)
  if (
    walk.functions.has(name)
      ? member === 'errors'
      : own && /^(?:vErrors|evaluated\d+)$/.test(name) && walk.locals.kindOf(name) !== null
  )
    return
  const seen =
    /^props\d+$/.test(name) && walk.locals.kindOf(name) !== null && (computed ? isKey(property, walk) : member !== null)
  if (!seen) foreign('assignment', object, 'a member of something is assigned to')
}
