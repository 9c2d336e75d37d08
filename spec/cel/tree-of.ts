/** An expression of ours → the tree that CEL's parser makes of the same text. */
import type { Comprehension, Expression } from '../../language/index.ts'
import { type CelTree, call } from './cel-tree.ts'

export function treeOf(expression: Expression): CelTree {
  return { ...plainTree(expression), origin: expression }
}

function plainTree(expression: Expression): CelTree {
  switch (expression.kind) {
    case 'BoolLiteral':
      return { kind: 'literal', of: 'bool', text: String(expression.value) }
    case 'IntLiteral':
      return { kind: 'literal', of: 'int', text: String(expression.value) }
    case 'DoubleLiteral':
      return { kind: 'literal', of: 'double', text: String(expression.value) }
    case 'StringLiteral':
      return { kind: 'literal', of: 'string', text: expression.value }
    case 'ListLiteral':
      return { kind: 'list', elements: expression.elements.map(treeOf) }
    case 'MapLiteral':
      return {
        kind: 'map',
        entries: expression.entries.map(({ key, value }) => ({ key: treeOf(key), value: treeOf(value) })),
      }
    case 'Identifier':
      return { kind: 'name', name: expression.name }
    case 'Member':
      return { kind: 'field', of: treeOf(expression.object), name: expression.field.text, tested: false }
    case 'Has': {
      const { target } = expression
      if (target.kind !== 'Member') return operation('has', treeOf(target))
      return { kind: 'field', of: treeOf(target.object), name: target.field.text, tested: true }
    }
    case 'Index':
      return operation('_[_]', treeOf(expression.object), treeOf(expression.index))
    case 'OptionalIndex':
      return operation('_[?_]', treeOf(expression.object), treeOf(expression.index))
    case 'OptionalMember':
      return operation('_?._', treeOf(expression.object), { kind: 'literal', of: 'string', text: expression.field.text })
    case 'Call': {
      const target = expression.receiver === null ? null : treeOf(expression.receiver)
      return { kind: 'call', target, name: expression.name.text, operands: expression.arguments.map(treeOf) }
    }
    case 'Not':
      return operation('!_', treeOf(expression.operand))
    case 'Negate':
      return operation('-_', treeOf(expression.operand))
    case 'Binary':
      return operation(
        expression.operator === 'in' ? '@in' : `_${expression.operator}_`,
        treeOf(expression.left),
        treeOf(expression.right),
      )
    case 'Conditional':
      return operation('_?_:_', treeOf(expression.test), treeOf(expression.then), treeOf(expression.otherwise))
    case 'Chain': {
      const name = `_${expression.operator}_`
      return call(name, expression.operands.map(treeOf))
    }
    case 'Comprehension':
      return loopOf(expression)
    case 'Is':
    case 'Requirement':
      throw new Error(`${expression.kind} is not of CEL`)
  }
}

function operation(name: string, ...operands: readonly CelTree[]): CelTree {
  return call(name, operands)
}

const RESULT: CelTree = { kind: 'name', name: '@result' }
const TRUE: CelTree = { kind: 'literal', of: 'bool', text: 'true' }
const FALSE: CelTree = { kind: 'literal', of: 'bool', text: 'false' }
const ZERO: CelTree = { kind: 'literal', of: 'int', text: '0' }
const ONE: CelTree = { kind: 'literal', of: 'int', text: '1' }

function loopOf({ macro, range, variable, filter, body }: Comprehension): CelTree {
  const loop = (init: CelTree, condition: CelTree, step: CelTree, last = RESULT): CelTree => ({
    kind: 'loop',
    variable: variable.text,
    range: treeOf(range),
    result: '@result',
    steps: [init, condition, step, last],
  })
  const inner = treeOf(body)
  const name: CelTree = { kind: 'name', name: variable.text }
  const added = (element: CelTree) => operation('_+_', RESULT, { kind: 'list', elements: [element] })
  const where = (test: CelTree, step: CelTree) => operation('_?_:_', test, step, RESULT)
  switch (macro) {
    case 'all':
      return loop(TRUE, operation('@not_strictly_false', RESULT), operation('_&&_', RESULT, inner))
    case 'exists':
      return loop(FALSE, operation('@not_strictly_false', operation('!_', RESULT)), operation('_||_', RESULT, inner))
    case 'exists_one':
      return loop(ZERO, TRUE, where(inner, operation('_+_', RESULT, ONE)), operation('_==_', RESULT, ONE))
    case 'filter':
      return loop({ kind: 'list', elements: [] }, TRUE, where(inner, added(name)))
    case 'map':
      return loop({ kind: 'list', elements: [] }, TRUE, filter === null ? added(inner) : where(treeOf(filter), added(inner)))
    case 'optMap':
      return { kind: 'call', target: treeOf(range), name: macro, operands: [name, inner] }
  }
}
