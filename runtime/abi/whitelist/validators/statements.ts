import type { Statement } from 'acorn'
import { foreign } from '../violation.ts'
import { checkKept } from './expressions.ts'
import type { Table } from './walk.ts'

/** The statements that a function of ajv may have. */
export const STATEMENTS: Table<Statement> = {
  VariableDeclaration: {
    why: 'a value, an error, how many errors there were',
    check({ kind, declarations }, walk) {
      for (const { id, init } of declarations) {
        if (init) walk.expression(init)
        if (init && id.type === 'Identifier') checkKept(id, init, walk)
        walk.locals.declare(id, kind === 'const' ? 'constant' : 'variable')
      }
    },
  },
  ExpressionStatement: { why: 'an assignment, or an error more', check: ({ expression }, walk) => walk.expression(expression) },
  IfStatement: {
    why: 'a keyword',
    check({ test, consequent, alternate }, walk) {
      walk.expression(test)
      walk.statement(consequent)
      if (alternate) walk.statement(alternate)
    },
  },
  BlockStatement: {
    why: 'what follows from it',
    check({ body }, walk) {
      for (const one of body) walk.statement(one)
    },
  },
  ReturnStatement: {
    why: 'whether it fits',
    check({ argument }, walk) {
      if (argument) walk.expression(argument)
    },
  },
  /** `for(let i0=0; i0<len0; i0++){…}` */
  ForStatement: {
    why: 'the elements of a list',
    check(node, walk) {
      const head = walk.code.slice(node.start, node.body.start)
      const [, counter, from, again, , once] = /^for\(let (i\d+)=(\d+|items\d+); (i\d+)<(len\d+); (i\d+)\+\+\)$/.exec(head) ?? []
      const { init, test } = node
      if (
        counter === undefined ||
        from === undefined ||
        again !== counter ||
        once !== counter ||
        init?.type !== 'VariableDeclaration' ||
        !test
      )
        foreign('loop', node, 'a loop is not one over the elements of a list')
      for (const { id, init: from } of init.declarations) {
        if (from) walk.expression(from)
        walk.locals.declare(id, 'counter')
      }
      walk.expression(test)
      walk.statement(node.body)
    },
  },
  /** `for(const key0 of Object.keys(data)){…}` */
  ForOfStatement: {
    why: 'the members of an object',
    check(node, walk) {
      const head = walk.code.slice(node.start, node.body.start)
      const { left, right } = node
      if (!/^for\(const key\d+ of Object\.keys\(\w+\)\)$/.test(head) || left.type !== 'VariableDeclaration')
        foreign('loop', node, 'a loop is not one over the members of an object')
      for (const { id } of left.declarations) walk.locals.declare(id, 'key')
      walk.expression(right)
      walk.statement(node.body)
    },
  },
  BreakStatement: {
    why: 'the first error',
    check(node) {
      if (node.label) foreign('statement', node, 'a label is named')
    },
  },
}
