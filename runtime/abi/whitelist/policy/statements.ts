import type { Expression, ForStatement, Statement, VariableDeclaration } from 'acorn'
import { foreign, shown } from '../violation.ts'
import { isCount } from './numbers.ts'
import { checkedName, nameIn, Scope } from './scope.ts'
import type { Table } from './walk.ts'

/** The statements that a function of `policy.js` may have. */
export const STATEMENTS: Table<Statement> = {
  VariableDeclaration: {
    why: 'what is read once and used twice, and what is kept of the rules before',
    check(node, scope, walk) {
      if (node.kind === 'var') foreign('declaration', node, '`var` declares for the whole function')
      for (const { id, init } of node.declarations) {
        const name = nameIn(id)
        if (init) walk.expression(init, scope)
        scope.declare(name, node.kind === 'const' ? (init?.type === 'ArrayExpression' ? 'list' : 'const') : 'let')
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
    why: 'a choice among constants',
    check({ discriminant, cases }, scope, walk) {
      walk.expression(discriminant, scope)
      for (const { test, consequent } of cases) {
        if (test) walk.expression(test, scope)
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
      walk.expression(node.right, scope)
      walk.block([node.body], inner)
    },
  },
  ForStatement: {
    why: 'the same by position, from a number up to a length',
    check(node, scope, walk) {
      const inner = new Scope(scope, true)
      const counter = counterOf(node)
      for (const { id, init } of (node.init as VariableDeclaration).declarations) {
        if (init) walk.expression(init, inner)
        const name = nameIn(id)
        inner.declare(name, name.name === counter ? 'counter' : 'let')
      }
      walk.expression(node.test as Expression, inner)
      walk.block([node.body], inner)
    },
  },
  BreakStatement: {
    why: 'the end of a case, and of a loop that has found what it looks for',
    check(node) {
      if (node.label) foreign('statement', node, 'a label is named')
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

/** The name of what goes from a number up by a number, while it is less than something. */
function counterOf({ init, test, update, start }: ForStatement): string {
  const refuse = () => foreign('loop', { start }, 'a loop is not of the form `for (let i = 0; i < …; i += 1)`')
  if (init?.type !== 'VariableDeclaration' || init.kind !== 'let') return refuse()
  const [first] = init.declarations
  if (first?.id.type !== 'Identifier' || !isCount(first.init)) return refuse()
  const { name } = checkedName(first.id)
  const isIt = (node: Expression | { readonly type: string }) =>
    node.type === 'Identifier' && 'name' in node && node.name === name
  if (test?.type !== 'BinaryExpression' || !['<', '<='].includes(test.operator) || !isIt(test.left) || !isBound(test.right))
    return refuse()
  if (update?.type === 'UpdateExpression') {
    if (update.operator !== '++' || !isIt(update.argument)) return refuse()
  } else if (update?.type !== 'AssignmentExpression' || update.operator !== '+=' || !isIt(update.left) || !isStep(update.right)) {
    return refuse()
  }
  return name
}

/** A number, or how many there are: nothing that could be without end. */
function isBound(node: Expression): boolean {
  if (node.type !== 'MemberExpression') return isCount(node)
  return !node.computed && node.property.type === 'Identifier' && ['length', 'size'].includes(node.property.name)
}

function isStep(node: Expression): boolean {
  return isCount(node) && (node as { readonly value?: unknown }).value !== 0
}

/** For the kinds that have no row. */
export function refuseStatement(node: { readonly type: string; readonly start: number }): never {
  return foreign('statement', node, `a function has a statement of a kind that none has: ${shown(node.type)}`)
}
