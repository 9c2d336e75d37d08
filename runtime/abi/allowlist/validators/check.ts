/** One `(() => { … })()` of `validators.js`: ajv's code for a schema. */

import type { Expression, FunctionDeclaration, Statement, VariableDeclaration } from 'acorn'
import { foreign } from '../violation.ts'
import type { Check, FunctionCall } from './constants.ts'
import { type Constant, constantIn, isJson } from './constants.ts'
import { PARAMETERS } from './frame.ts'
import { checkFunction } from './function.ts'

/**
 * Checks the code of one validator in `validators.js`: an immediately called function around the code that ajv generates for one
 * schema.
 *
 * @throws Foreign if the compiler does not emit such code
 */
export function checkCheck(init: Expression, code: string): void {
  const text = ({ start, end }: Statement) => code.slice(start, end)
  const body = bodyOf(init)
  const functions = body.flatMap((one) => (one.type === 'FunctionDeclaration' ? [one.id.name] : []))
  const check: Check = { code, constants: new Map(), functions: new Set(functions), calls: [] }
  if (check.functions.size < functions.length) foreign('name', init, 'a function is declared twice')
  const last = body.length - 1
  for (const [at, one] of body.entries()) {
    if (at === 0) need(text(one) === 'const exports = {};', one)
    else if (at === 1) need(check.functions.has(/^exports\.check = (validate\d+);$/.exec(text(one))?.[1] ?? ''), one)
    else if (at === last) need(text(one) === 'return exports.check;', one)
    else if (one.type === 'VariableDeclaration') declareConstants(one, check)
    else if (one.type === 'FunctionDeclaration') checkHead(one as FunctionDeclaration, code)
    else checkEvaluated(one, check)
  }
  const counting = new Set<string>()
  for (const one of body)
    if (one.type === 'FunctionDeclaration' && checkFunction(one as FunctionDeclaration, check).takesStep)
      counting.add(one.id.name)
  checkCalls(check, counting)
}

/**
 * Checks that calls end: a called function takes a step, or it has only one call and never calls itself through others. With
 * several calls, each of a chain of functions could double the work of the one before it.
 */
function checkCalls({ calls }: Check, counting: ReadonlySet<string>): void {
  const callers = new Map<string, FunctionCall>()
  for (const call of calls) {
    if (counting.has(call.callee)) continue
    if (callers.has(call.callee)) foreign('recursion', call.at, 'a function that takes no step is called twice')
    callers.set(call.callee, call)
  }
  const ending = new Set<string>()
  for (const { callee, at } of callers.values()) {
    const chain = new Set<string>()
    for (let one: string | undefined = callee; one !== undefined && !ending.has(one); one = callers.get(one)?.caller) {
      if (chain.has(one)) foreign('recursion', at, 'a function that takes no step calls itself through others')
      chain.add(one)
    }
    for (const one of chain) ending.add(one)
  }
}

function declareConstants({ kind, declarations, start }: VariableDeclaration, { code, constants, functions }: Check): void {
  for (const { id, init } of declarations) {
    const name = id.type === 'Identifier' ? code.slice(id.start, id.end) : ''
    if (kind !== 'const' || !init || !OWN_NAME.test(name))
      foreign('declaration', { start }, 'a check keeps something of another kind')
    if (constants.has(name)) foreign('name', id, 'a constant is declared twice')
    const constant = constantIn(init, code, constants)
    const isFor = /^[a-z]+/.exec(name)?.[0] === PREFIXES[constant.kind]
    const wraps = constant.of === undefined || functions.has(constant.of)
    if (!isFor || !wraps) foreign('declaration', id, 'a constant is not called as ajv calls what it is')
    constants.set(name, constant)
  }
}

/** Pattern of names as ajv numbers them. */
const OWN_NAME = /^[a-z]+\d+$/

const PREFIXES: Readonly<Record<Constant['kind'], string>> = {
  json: 'schema',
  own: 'func',
  characters: 'func',
  set: 'func',
  pattern: 'func',
  takeStep: 'func',
  distinctJson: 'func',
  sameJson: 'func',
  regexp: 'pattern',
  format: 'formats',
  wrapper: 'wrapper',
}

function bodyOf(init: Expression): readonly Statement[] {
  if (init.type === 'CallExpression' && init.arguments.length === 0 && init.callee.type === 'ArrowFunctionExpression') {
    const { async, params, body } = init.callee
    if (!async && params.length === 0 && body.type === 'BlockStatement' && body.body.length >= 3) return body.body
  }
  return foreign('outline', init, 'a check is not laid out like one of ajv')
}

function checkHead(node: FunctionDeclaration, code: string): void {
  if (node.async || node.generator) foreign('function', node, 'a function is not a plain one')
  const head = code.slice(node.start, node.body.start)
  if (!/^function validate\d+\(/.test(head)) foreign('name', node, 'a function is not called like one of ajv')
  if (head.slice(head.indexOf('(')) !== PARAMETERS) foreign('function', node, 'a function has other parameters than one of ajv')
}

/** Checks a statement of the form `validate0.evaluated = {…};`. */
function checkEvaluated(one: Statement, { code, functions }: Check): void {
  if (one.type === 'ExpressionStatement' && one.expression.type === 'AssignmentExpression') {
    const { left, right } = one.expression
    const target = /^(validate\d+)\.evaluated = $/.exec(code.slice(left.start, right.start))?.[1]
    if (target !== undefined && functions.has(target) && right.type === 'ObjectExpression' && isJson(right)) return
  }
  foreign('outline', one, 'a check does something beside its functions')
}

function need(holds: boolean, node: Statement): void {
  if (!holds) foreign('outline', node, 'a check is not laid out like one of ajv')
}
