/** One `(() => { … })()` of `validators.js`: what ajv wrote for a schema. */
import type { Expression, FunctionDeclaration, Statement, VariableDeclaration } from 'acorn'
import { foreign, shown } from '../violation.ts'
import { type ConstantKind, constantKind, isJson } from './constants.ts'
import { EXPRESSIONS } from './expressions.ts'
import { PARAMETERS } from './frame.ts'
import { Locals, nameIn } from './locals.ts'
import { STATEMENTS } from './statements.ts'
import type { Row, Walk } from './walk.ts'

/** Throws `Foreign`. */
export function checkCheck(init: Expression, code: string): void {
  const text = ({ start, end }: Statement) => code.slice(start, end)
  const body = bodyOf(init)
  const functions = new Set(body.flatMap((one) => (one.type === 'FunctionDeclaration' ? [one.id.name] : [])))
  const constants = new Map<string, ConstantKind>()
  const isOuter = (name: string) => functions.has(name) || constants.has(name)
  const last = body.length - 1
  for (const [at, one] of body.entries()) {
    if (at === 0) need(text(one) === 'const exports = {};', one)
    else if (at === 1) need(/^exports\.check = validate\d+;$/.test(text(one)), one)
    else if (at === last) need(text(one) === 'return exports.check;', one)
    else if (one.type === 'VariableDeclaration') declareConstants(one, code, constants, isOuter)
    else if (one.type === 'FunctionDeclaration')
      checkFunction(one as FunctionDeclaration, createWalk({ code, constants, functions, locals: new Locals(isOuter) }))
    else checkEvaluated(one, functions)
  }
}

function createWalk(known: Pick<Walk, 'code' | 'constants' | 'functions' | 'locals'>): Walk {
  const walk: Walk = {
    ...known,
    expression(node) {
      const row = EXPRESSIONS[node.type as Expression['type']] as Row<Expression> | undefined
      if (row === undefined) foreign('expression', node, `there is an expression of a kind that none is: ${shown(node.type)}`)
      row.check(node as Expression, walk)
    },
    statement(node) {
      const row = STATEMENTS[node.type] as Row<Statement> | undefined
      if (row === undefined) foreign('statement', node, `a function has a statement of a kind that none has: ${shown(node.type)}`)
      row.check(node, walk)
    },
  }
  return walk
}

function declareConstants(
  { kind, declarations, start }: VariableDeclaration,
  code: string,
  constants: Map<string, ConstantKind>,
  isOuter: (name: string) => boolean,
): void {
  for (const { id, init } of declarations) {
    const { name } = nameIn(id)
    if (kind !== 'const' || !init || isOuter(name) || !OWN_NAME.test(name))
      foreign('declaration', { start }, 'a check keeps something of another kind')
    constants.set(name, constantKind(init, code, constants))
  }
}

/** As ajv numbers them. */
const OWN_NAME = /^(?:schema|func|pattern|formats|wrapper|validate)\d+$/

function bodyOf(init: Expression): readonly Statement[] {
  if (init.type === 'CallExpression' && init.arguments.length === 0 && init.callee.type === 'ArrowFunctionExpression') {
    const { async, params, body } = init.callee
    if (!async && params.length === 0 && body.type === 'BlockStatement' && body.body.length >= 3) return body.body
  }
  return foreign('outline', init, 'a check is not laid out like one of ajv')
}

function checkFunction(node: FunctionDeclaration, walk: Walk): void {
  if (node.async || node.generator) foreign('function', node, 'a function is not a plain one')
  if (!/^validate\d+$/.test(nameIn(node.id).name)) foreign('name', node, 'a function is not called like one of ajv')
  const between = walk.code.slice(node.id.end, node.body.start)
  if (between !== PARAMETERS) foreign('function', node, 'a function has other parameters than one of ajv')
  for (const one of node.body.body) walk.statement(one)
}

/** `validate0.evaluated = {…};` */
function checkEvaluated(one: Statement, functions: ReadonlySet<string>): void {
  if (one.type === 'ExpressionStatement' && one.expression.type === 'AssignmentExpression') {
    const { left, right, operator } = one.expression
    if (operator === '=' && left.type === 'MemberExpression' && !left.computed && left.property.type === 'Identifier') {
      const own = left.object.type === 'Identifier' && functions.has(left.object.name)
      if (own && left.property.name === 'evaluated' && isJson(right)) return
    }
  }
  foreign('outline', one, 'a check does something beside its functions')
}

function need(holds: boolean, node: Statement): void {
  if (!holds) foreign('outline', node, 'a check is not laid out like one of ajv')
}
