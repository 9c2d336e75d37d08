/** Whether `policy.js` has nothing but what the compiler emits. */
import type { Expression, FunctionDeclaration, ReturnStatement, Statement, VariableDeclaration } from 'acorn'
import { EXPRESSIONS, refuseExpression } from './policy/expressions.ts'
import { ModuleNames } from './policy/module-names.ts'
import { checkedName, nameIn, Scope } from './policy/scope.ts'
import { refuseStatement, STATEMENTS } from './policy/statements.ts'
import type { Row, Walk } from './policy/walk.ts'
import { readCode, type TopLevel } from './read-code.ts'
import { foreign, type Violation, violationIn } from './violation.ts'

/** Everything else is written as an escape: `compiler/codegen/code.ts`. */
const STRANGE = /[^\n\x20-\x7e\xa1-\xac\xae-\u024f]/

/** The first thing that no `policy.js` of ours has; null where there is none. */
export function policyViolation(code: string): Violation | null {
  return violationIn(code, () => {
    const module = new ModuleNames()
    const outline = new Outline(createWalk(module))
    readCode(code, STRANGE, (statement) => outline.take(statement))
    outline.end(code.length)
    module.settle()
  })
}

function createWalk(module: ModuleNames): Walk {
  const walk: Walk = {
    module,
    expression(node, scope) {
      const row = EXPRESSIONS[node.type as Expression['type']] as Row<Expression> | undefined
      if (row === undefined) refuseExpression(node)
      row.check(node as Expression, scope, walk)
    },
    statement(node, scope) {
      const row = STATEMENTS[node.type] as Row<Statement> | undefined
      if (row === undefined) refuseStatement(node)
      row.check(node, scope, walk)
    },
    block(statements, outer) {
      const scope = new Scope(outer)
      for (const statement of statements) walk.statement(statement, scope)
    },
  }
  return walk
}

/** Strict mode, constants and functions, and one `return` of the module. */
class Outline {
  readonly #walk: Walk
  readonly #scope = new Scope()
  #next: 'directive' | 'declarations' | 'nothing' = 'directive'

  constructor(walk: Walk) {
    this.#walk = walk
  }

  take(node: TopLevel): void {
    if (this.#next === 'nothing') foreign('outline', node, 'something stands behind the module')
    if (this.#next === 'directive') {
      if (node.type !== 'ExpressionStatement' || !isStrict(node.expression))
        foreign('outline', node, 'it does not begin in strict mode')
      this.#next = 'declarations'
    } else if (node.type === 'VariableDeclaration') this.#constants(node)
    else if (node.type === 'FunctionDeclaration') this.#function(node as FunctionDeclaration)
    else if (node.type === 'ReturnStatement') this.#module(node)
    else foreign('outline', node, 'it has something beside constants, functions and the module')
  }

  end(start: number): void {
    if (this.#next !== 'nothing') foreign('outline', { start }, 'it returns no module')
  }

  #constants(node: VariableDeclaration): void {
    if (node.kind !== 'const') foreign('outline', node, 'a module keeps something that can change')
    for (const { id, init } of node.declarations) {
      if (!init) foreign('outline', node, 'a constant has no value')
      this.#walk.module.declare(checkedName(nameIn(id)), kindOf(init), () => this.#walk.expression(init, this.#scope))
    }
  }

  #function(node: FunctionDeclaration): void {
    if (node.async || node.generator) foreign('function', node, 'a function is not a plain one')
    this.#walk.module.declare(checkedName(node.id), 'function', () => {
      const scope = new Scope(this.#scope)
      for (const parameter of node.params) scope.declare(nameIn(parameter), 'parameter')
      this.#walk.block(node.body.body, scope)
    })
  }

  #module(node: ReturnStatement): void {
    const { argument } = node
    if (argument?.type !== 'CallExpression' || !isPolicy(argument.callee))
      foreign('outline', node, 'what it returns is not made by `abi.policy`')
    this.#walk.expression(argument, this.#scope)
    this.#next = 'nothing'
  }
}

function isStrict(node: Expression): boolean {
  return node.type === 'Literal' && node.value === 'use strict' && node.end - node.start === "'use strict'".length
}

function isPolicy(callee: Expression | { readonly type: 'Super' }): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed) return false
  const { object, property } = callee
  return object.type === 'Identifier' && object.name === 'abi' && property.type === 'Identifier' && property.name === 'policy'
}

/** A table holds nothing but what is written out: whatever key it is asked by, it gives none of our functions. */
function kindOf(init: Expression): 'function' | 'table' | 'constant' {
  if (init.type === 'ArrowFunctionExpression') return 'function'
  const written =
    init.type === 'NewExpression' ? isNumbers(init.callee) && init.arguments.every(isWrittenOut) : isWrittenOut(init)
  return written ? 'table' : 'constant'
}

function isNumbers(callee: { readonly type: string }): boolean {
  return callee.type === 'Identifier' && 'name' in callee && String(callee.name).endsWith('Array')
}

function isWrittenOut(node: { readonly type: string }): boolean {
  if (node.type !== 'ArrayExpression') return false
  const { elements } = node as { readonly type: string; readonly elements: readonly ({ readonly type: string } | null)[] }
  return elements.every((element) => element?.type === 'Literal' || (element !== null && isWrittenOut(element)))
}
