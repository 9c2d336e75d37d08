/** Changes the code of a module as somebody would who wants it to do something else: by its grammar, so that most of what comes out is JavaScript. */
import { type AnyNode, parse } from 'acorn'
import type { Random } from '../../compiler/testing/invariants/random.ts'
import { expression, FOUND, NAMES, type Surroundings, statement } from './gadgets.ts'

/** Code, and its nodes by what can be done with them. */
export interface Original {
  readonly code: string
  readonly expressions: readonly AnyNode[]
  readonly statements: readonly AnyNode[]
  readonly members: readonly AnyNode[]
  readonly calls: readonly AnyNode[]
  readonly keys: readonly AnyNode[]
  readonly literals: readonly AnyNode[]
  readonly operators: readonly AnyNode[]
  readonly around: Surroundings
}

const STATEMENT = /Statement$|^VariableDeclaration$/
const OPTIONS = { ecmaVersion: 'latest', allowReturnOutsideFunction: true } as const

export function isWellFormed(code: string): boolean {
  try {
    parse(code, OPTIONS)
    return true
  } catch {
    return false
  }
}

export function readOriginal(code: string): Original {
  const nodes: AnyNode[] = []
  const collect = (value: unknown, isExpression = true): void => {
    if (Array.isArray(value)) {
      for (const one of value) collect(one)
      return
    }
    if (typeof value !== 'object' || value === null || !('type' in value)) return
    if (isExpression) nodes.push(value as AnyNode)
    for (const [key, child] of Object.entries(value))
      collect(child, !(key === 'property' || key === 'key' || key === 'id' || key === 'params'))
  }
  const program = parse(code, OPTIONS)
  collect(program.body)
  const of = (...types: readonly string[]) => nodes.filter(({ type }) => types.includes(type))
  const text = ({ start, end }: AnyNode) => code.slice(start, end)
  const isExpression = ({ type }: AnyNode) => /Expression$|^Identifier$|^Literal$/.test(type)
  const expressions = nodes.filter(isExpression)
  const short = expressions.map(text).filter((one) => one.length < 60)
  return {
    code,
    expressions,
    statements: nodes.filter(({ type }) => STATEMENT.test(type)),
    members: of('MemberExpression'),
    calls: of('CallExpression'),
    keys: of('Property'),
    literals: of('Literal'),
    operators: of('BinaryExpression', 'LogicalExpression', 'AssignmentExpression', 'UnaryExpression'),
    around: {
      expressions: [...new Set(short)],
      names: [...new Set(code.match(/\b[a-z_]+\$[\w$]+/g) ?? [])],
      members: [...new Set(of('MemberExpression').map((one) => ('property' in one ? text(one.property as AnyNode) : '')))].filter(
        (one) => /^[A-Za-z_$][\w$]*$/.test(one),
      ),
    },
  }
}

type Edit = readonly [start: number, end: number, text: string]

/** One to four changes of the code. */
export function mutate({ code, ...original }: Original, others: readonly Original[], random: Random): string {
  const edits: Edit[] = []
  const count = random.pick([1, 1, 1, 2, 2, 3, 4])
  for (let at = 0; at < count; at += 1) {
    const edit = editOf({ code, ...original }, random.pick(others), random)
    if (edit !== null && edits.every(([start, end]) => edit[1] <= start || edit[0] >= end)) edits.push(edit)
  }
  edits.sort(([a], [b]) => b - a)
  let result = code
  for (const [start, end, text] of edits) result = result.slice(0, start) + text + result.slice(end)
  return result
}

const OPERATORS = [
  '===',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '<<',
  '>>',
  '&&',
  '||',
  '??',
  '==',
  'in',
  'instanceof',
  '^',
  '>>>',
  '**',
  ',',
]
const ASSIGNMENTS = ['=', '+=', '|=', '??=', '&&=', '^=', '-=']

function editOf(original: Original, other: Original, random: Random): Edit | null {
  const { code, around, expressions, statements, members, calls, keys, literals, operators } = original
  const text = (node: AnyNode) => code.slice(node.start, node.end)
  const over = (nodes: readonly AnyNode[], change: (node: AnyNode) => string): Edit | null => {
    if (nodes.length === 0) return null
    const node = random.pick(nodes)
    return [node.start, node.end, change(node)]
  }
  const part = (node: AnyNode, name: string): AnyNode => (node as unknown as Record<string, AnyNode>)[name] as AnyNode
  const name = () => random.pick(random.chance(0.6) ? NAMES : around.members.length > 0 ? around.members : NAMES)
  const own = () => random.pick(around.expressions)
  const foreign = () => random.pick(other.around.expressions)
  const kinds: readonly (() => Edit | null)[] = [
    // The member that is read or called.
    () => over(members, (node) => `${text(part(node, 'object'))}.${name()}`),
    () => over(members, (node) => `${text(part(node, 'object'))}['${name()}']`),
    () => over(members, (node) => `${text(part(node, 'object'))}[${random.pick(['', '+'])}${own()}]`),
    () => over(members, (node) => `${text(part(node, 'object'))}?.${name()}`),
    // What it is read of.
    () =>
      over(
        members.map((node) => part(node, 'object')),
        () => `(${expression(random, around, 1)})`,
      ),
    () =>
      over(
        members.map((node) => part(node, 'object')),
        own,
      ),
    // What is called, and with what.
    () =>
      over(
        calls.map((node) => part(node, 'callee')),
        () => `(${expression(random, around, 1)})`,
      ),
    () =>
      over(
        calls.map((node) => part(node, 'callee')),
        () => random.pick(around.names) ?? 'eval',
      ),
    () => over(calls, (node) => `${text(part(node, 'callee'))}(${own()}, ${own()})`),
    () => over(calls, (node) => `${text(part(node, 'callee'))}(${expression(random, around, 1)})`),
    () =>
      over(
        calls,
        (node) =>
          `abi.${random.pick(['list', 'optional', 'member', 'record', 'setOf', 'same', 'link', 'seen', 'join', 'replace'])}(${text(node)}, ${own()})`,
      ),
    // Names of members.
    () =>
      over(
        keys.map((node) => part(node, 'key')),
        name,
      ),
    () =>
      over(
        keys.map((node) => part(node, 'value')),
        () => expression(random, around, 1),
      ),
    // Expressions: by others of this module, or of another one; wrapped; or by a gadget.
    () => over(expressions, own),
    () => over(expressions, own),
    () => over(expressions, () => `(${own()})`),
    () => over(expressions, foreign),
    () => over(expressions, () => `(${expression(random, around)})`),
    () => over(expressions, (node) => `(${random.pick(['+', '-', '!', '~', 'typeof ', 'void '])}${text(node)})`),
    () => over(expressions, (node) => `(${text(node)} ?? ${own()})`),
    () => over(expressions, (node) => `[${text(node)}, ${own()}][0]`),
    () => over(expressions, (node) => `({ kind: ${text(node)} }).kind`),
    () => over(expressions, (node) => `\`\${${text(node)}}\``),
    () => over(expressions, (node) => `((value) => ${text(node)})(${own()})`),
    () =>
      over(literals, () =>
        random.pick([
          '1e308',
          '-1',
          '0.5',
          '1n',
          "'__proto__'",
          "'constructor'",
          'null',
          '/a+/',
          'undefined',
          '4294967295',
          "''",
        ]),
      ),
    () =>
      over(operators, (node) => {
        if (node.type === 'UnaryExpression') return `${random.pick(['+', '-', '!', '~'])}${text(node.argument)}`
        const signs = node.type === 'AssignmentExpression' ? ASSIGNMENTS : OPERATORS
        return `${text(part(node, 'left'))} ${random.pick(signs)} ${text(part(node, 'right'))}`
      }),
    // Statements: inserted, moved, copied, left out.
    () => over(statements, (node) => `${statement(random, around)}\n${text(node)}`),
    () => over(statements, (node) => `{ ${statement(random, around)}\n${text(node)} }`),
    () => over(statements, () => text(random.pick(statements))),
    () => over(statements, (node) => `${text(random.pick(statements))}\n${text(node)}`),
    () => over(statements, () => statement(random, around)),
    () => over(statements, () => ''),
    // Declarations, and the directive.
    () => {
      const at = code.indexOf('\n') + 1
      return [at, at, `${random.pick(FOUND)}\n`]
    },
    () => {
      const at = code.indexOf('\n') + 1
      return [at, at, `const gadget$1 = ${expression(random, around)}\n`]
    },
    () => {
      const at = code.indexOf('\n') + 1
      return [at, at, `function gadget$2(facts, request) {\n  ${statement(random, around)}\n}\n`]
    },
    () => [0, code.indexOf('\n'), random.pick(["('use strict')", "'use strict';", '', '// strict'])],
  ]
  // Changes of expressions weigh most: of these the check lets some through.
  return random.pick(kinds)()
}
