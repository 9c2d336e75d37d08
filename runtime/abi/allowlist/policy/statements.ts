import type { Statement, VariableDeclaration } from 'acorn'
import { foreign, shownWord } from '../violation.ts'
import { keysOf } from './calls.ts'
import { nameIn, Scope } from './scope.ts'
import type { Table } from './walk.ts'

/** Kinds of statements that a function of `policy.js` may have, each with the check of its parts. */
export const STATEMENTS: Table<Statement> = {
  VariableDeclaration: {
    why: 'what is read once and used twice, and what is kept of the rules before',
    check(node, scope, walk) {
      if (node.kind === 'var') foreign('declaration', node, '`var` declares for the whole function')
      for (const { id, init } of node.declarations) {
        const name = nameIn(id)
        if (init) walk.expression(init, scope)
        if (node.kind === 'const' && init?.type === 'ArrayExpression') scope.declare(name, 'list', init.elements.length)
        else scope.declare(name, node.kind === 'const' ? 'const' : 'let')
      }
    },
  },
  ExpressionStatement: {
    why: 'an assignment, or a word to the tracer',
    check: ({ expression }, scope, walk) => walk.expression(expression, scope),
  },
  IfStatement: {
    why: 'the conditions of a rule',
    check({ test, consequent, alternate }, scope, walk) {
      walk.expression(test, scope)
      walk.block([consequent], scope)
      if (alternate) walk.block([alternate], scope)
    },
  },
  BlockStatement: {
    why: 'what follows from a condition, and what is done of each element',
    check: ({ body }, scope, walk) => walk.block(body, scope),
  },
  ReturnStatement: {
    why: 'the answer',
    check({ argument }, scope, walk) {
      if (argument) walk.expression(argument, scope)
    },
  },
  SwitchStatement: {
    why: 'a choice among numbers that are written out',
    check({ discriminant, cases, start }, scope, walk) {
      walk.expression(discriminant, scope)
      for (const { test, consequent } of cases) {
        if (test?.type !== 'Literal') foreign('statement', { start }, 'a case is no constant')
        walk.block(consequent, scope)
      }
    },
  },
  ForOfStatement: {
    why: 'a comprehension, element by element',
    check(node, scope, walk) {
      if (node.await) foreign('loop', node, 'a loop waits')
      const inner = new Scope(scope, true)
      inner.declare(elementOf(node.left), 'const')
      walk.expression(keysOf(node.right) ?? node.right, scope)
      walk.block([node.body], inner)
    },
  },
  ContinueStatement: {
    why: 'an element that a comprehension leaves out',
    check(node) {
      if (node.label) foreign('statement', node, 'a label is named')
    },
  },
}

function elementOf(left: VariableDeclaration | Statement | { readonly type: string; readonly start: number }) {
  const [declarator, ...more] = left.type === 'VariableDeclaration' ? (left as VariableDeclaration).declarations : []
  if (declarator === undefined || more.length > 0 || (left as VariableDeclaration).kind !== 'const')
    return foreign('loop', left, 'a loop does not declare its element as a constant')
  return nameIn(declarator.id)
}

export function refuseStatement(node: { readonly type: string; readonly start: number }): never {
  return foreign('statement', node, `a function has a statement of a kind that none has: ${shownWord(node.type)}`)
}
