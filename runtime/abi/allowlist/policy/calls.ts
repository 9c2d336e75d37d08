/** Calls of helpers, of the module's functions and of methods; and functions passed to helpers. */
import type { ArrowFunctionExpression, CallExpression, Identifier, MemberExpression } from 'acorn'
import { type Argument, CONVERTERS, HELPERS } from '../helpers.ts'
import { type AllowedMethod, METHODS } from '../names.ts'
import { foreign, shownWord } from '../violation.ts'
import { checkedName, nameIn, Scope } from './scope.ts'
import type { OperandNode, Walk } from './walk.ts'

/**
 * Checks a call in `policy.js`. Only helpers, functions of the module and allowed methods can be called, because variables never
 * hold functions.
 *
 * @throws Foreign if the compiler does not emit such a call
 */
export function checkCall(node: CallExpression, scope: Scope, walk: Walk): void {
  const { callee, optional, arguments: given } = node
  if (optional) foreign('call', callee, 'something is called that may be nothing')
  if (callee.type === 'Identifier') {
    const { name } = checkedName(callee)
    if (!name.includes('$')) foreign('call', callee, `${shownWord(name)} is called`)
    walk.module.use(callee, 'call')
    for (const one of given) walk.expression(one, scope)
    return
  }
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional || callee.property.type !== 'Identifier')
    foreign('call', callee, 'something is called that has no name')
  const { name } = checkedName(callee.property)
  if (isAbi(callee.object)) checkHelper(name, node, scope, walk)
  else checkMethod(name, node, callee, scope, walk)
}

/** Returns the name of the helper in an expression `abi.name`, or `null` for another expression. */
export function helperIn(node: OperandNode): string | null {
  if (node.type !== 'MemberExpression' || node.computed || node.optional || !isAbi(node.object)) return null
  return node.property.type === 'Identifier' ? checkedName(node.property).name : null
}

function isAbi(node: OperandNode): boolean {
  return node.type === 'Identifier' && checkedName(node).name === 'abi'
}

/** Returns the name of the helper that an expression calls, or `null` for another expression. */
export function helperCalled(node: OperandNode): string | null {
  return node.type === 'CallExpression' && !node.optional ? helperIn(node.callee) : null
}

function checkHelper(name: string, { callee, arguments: given }: CallExpression, scope: Scope, walk: Walk): void {
  if (name === 'member') {
    const [object, ...path] = given
    if (object === undefined || !path.every(isText))
      foreign('computed-key', callee, '`abi.member` is given a path that is not written out')
    walk.expression(object, scope)
    return
  }
  const takes = HELPERS.get(name)
  if (takes === undefined) foreign('property', callee, `a function calls \`abi\`, member ${shownWord(name)}`)
  if (takes !== null && given.length !== takes.length)
    foreign('call', callee, `\`abi\`, member ${shownWord(name)}, is given ${given.length} arguments`)
  for (const [at, one] of given.entries()) checkArgument(one, takes?.[at] ?? 'value', scope, walk)
}

function checkArgument(node: OperandNode, argument: Argument, scope: Scope, walk: Walk): void {
  switch (argument) {
    case 'value':
      walk.expression(node, scope)
      return
    case 'convert':
      checkConverter(node, scope, walk)
      return
    case 'key':
      if (!isText(node)) foreign('computed-key', node, 'a key is not written out')
      return
    default:
      if (node.type !== 'Identifier' || !checkedName(node).name.includes('$'))
        foreign('function', node, `the argument is no ${argument} of the module`)
      walk.module.use(node, argument)
  }
}

/**
 * Checks an argument that converts JSON: a helper, a function of the module by name, or an inline function.
 *
 * @throws Foreign for any other expression
 */
export function checkConverter(node: OperandNode, scope: Scope, walk: Walk): void {
  if (node.type === 'ArrowFunctionExpression') checkArrow(node, scope, walk)
  else if (node.type === 'Identifier' && checkedName(node).name.includes('$')) walk.module.use(node, 'convert')
  else if (!CONVERTERS.has(helperIn(node) ?? '')) foreign('function', node, 'what is given as a converter is none')
}

/** Checks an arrow function, which must have the form `(value) => …` with one parameter. */
export function checkArrow(node: ArrowFunctionExpression, scope: Scope, walk: Walk): void {
  const [parameter, ...more] = node.params
  if (node.async || node.generator || parameter === undefined || more.length > 0)
    foreign('function', node, 'a function is not a plain one of one argument')
  const inner = new Scope(scope)
  inner.declare(nameIn(parameter), 'parameter')
  if (node.body.type === 'BlockStatement') walk.block(node.body.body, inner)
  else walk.expression(node.body, inner)
}

function checkMethod(
  name: string,
  { arguments: given }: CallExpression,
  { object, property }: MemberExpression,
  scope: Scope,
  walk: Walk,
): void {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  if (method === undefined) foreign('call', property, `a method ${shownWord(name)} is called`)
  const [least, most] = method.takes
  if (given.length < least || given.length > most)
    foreign('call', property, `${shownWord(name)} is given ${given.length} arguments`)
  checkReceiver(name, method, object, scope, walk)
  for (const one of given) walk.expression(one, scope)
}

function checkReceiver(name: string, { of }: AllowedMethod, object: OperandNode, scope: Scope, walk: Walk): void {
  const refuse = () => foreign('call', object, `${shownWord(name)} is called of something else than emitted code calls it of`)
  switch (of) {
    case undefined:
      // `request.headers.get(…)`: headers occur nowhere else.
      if (name !== 'get' || !isHeaders(object, scope)) walk.expression(object, scope)
      return
    case 'headers':
      if (!isHeaders(object, scope)) refuse()
      return
    case 'list':
      if (object.type !== 'Identifier' || !scope.grow(checkedName(object).name))
        foreign('call', object, 'something grows that is no list of the function, or was handed on')
      return
    case 'regex':
      if (object.type !== 'Identifier' || !checkedName(object).name.includes('$')) refuse()
      else walk.module.use(object, 'regex')
      return
    case 'loop':
      refuse()
      return
    default:
      if (object.type !== 'Identifier' || checkedName(object).name !== of || scope.kindOf(of) === null) refuse()
  }
}

/** Returns whether an expression is `request.headers`, where `request` is a variable. */
function isHeaders(node: OperandNode, scope: Scope): boolean {
  if (node.type !== 'MemberExpression' || node.computed || node.optional) return false
  const { object, property } = node
  const named = property.type === 'Identifier' && checkedName(property).name === 'headers'
  return named && object.type === 'Identifier' && checkedName(object).name === 'request' && scope.kindOf('request') !== null
}

/** Returns `entries` if the expression over which a loop iterates is `entries.keys()`, or `null` for another expression. */
export function keysOf(node: OperandNode): OperandNode | null {
  if (node.type !== 'CallExpression' || node.optional || node.arguments.length > 0) return null
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return null
  return callee.property.type === 'Identifier' && checkedName(callee.property as Identifier).name === 'keys'
    ? callee.object
    : null
}

export function isText(node: OperandNode | undefined | null): boolean {
  return node?.type === 'Literal' && typeof node.value === 'string'
}
