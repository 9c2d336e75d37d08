/** A function of ajv, whose statements each have a form of `shapes.ts`. */

import type { Expression, FunctionDeclaration, IfStatement, Node, Statement } from 'acorn'
import { foreign, shownWord } from '../violation.ts'
import type { Check } from './constants.ts'
import { type ConstantKind, memberOf } from './constants.ts'
import { LIST, LOOP, STATEMENT, TEST } from './shapes.ts'

/**
 * Checks a function that ajv generates. `takesStep` of the result tells whether each call counts a step (`abi.takeStep`), which
 * bounds recursion.
 *
 * @throws Foreign if ajv does not emit such code
 */
export function checkFunction({ id, body }: FunctionDeclaration, check: Check): { readonly takesStep: boolean } {
  const reader = new FunctionReader(id.name, check)
  for (const one of body.body) reader.statement(one)
  const at = body.body.findIndex((one) => {
    const name = /^(func\d+)\(data\);$/.exec(check.code.slice(one.start, one.end))?.[1]
    return name !== undefined && check.constants.get(name)?.kind === 'takeStep'
  })
  const step = body.body[at]
  // Behind a return or a call of a check, the step may come never, or too late.
  const takesStep =
    step !== undefined &&
    !/\breturn\b/.test(check.code.slice(body.start, step.start).replace(/"(?:[^"\\]|\\.)*"/g, '""')) &&
    check.calls.every(({ caller, at }) => caller !== id.name || at.start > step.start)
  return { takesStep }
}

const CALLED: Readonly<Record<string, ConstantKind>> = {
  step: 'takeStep',
  has: 'own',
  characters: 'characters',
  distinct: 'distinctJson',
  same: 'sameJson',
  set: 'set',
  pattern: 'regexp',
  format: 'format',
}

/** Pattern of a statement that declares or assigns a name. */
const DECLARED = /^(let|const|var) (\w+)/
const ASSIGNED = /^(\w+)(?: = |\+\+;)/

class FunctionReader {
  readonly #name: string
  readonly #check: Check
  /** Values, counters and keys. Names are unique, so that facts about them stay true. */
  readonly #declared = new Set<string>()
  /** Values known to be lists at this point. */
  readonly #lists: string[] = []
  /** Lengths of lists. */
  readonly #lengths = new Set<string>()
  /** Assignable names, with the number of enclosing blocks that declare them. */
  readonly #names = new Map<string, number>()
  /** Names that end with the block. */
  #ofBlock: string[] = []

  constructor(name: string, check: Check) {
    this.#name = name
    this.#check = check
  }

  statement(node: Statement): void {
    switch (node.type) {
      case 'BlockStatement': {
        const around = this.#ofBlock
        this.#ofBlock = []
        for (const one of node.body) this.statement(one)
        for (const name of this.#ofBlock) this.#names.set(name, (this.#names.get(name) ?? 0) - 1)
        this.#ofBlock = around
        return
      }
      case 'IfStatement':
        this.#if(node)
        return
      case 'ForStatement':
      case 'ForOfStatement':
        this.#loop(node)
        return
      case 'VariableDeclaration':
      case 'ExpressionStatement':
      case 'ReturnStatement':
      case 'BreakStatement':
        this.#plain(node)
        return
      default:
        foreign('statement', node, `a function has a statement of a kind that none has: ${shownWord(node.type)}`)
    }
  }

  #if({ test, consequent, alternate }: IfStatement): void {
    this.#test(test)
    const list = LIST.exec(this.#text(test))?.[1]
    if (list !== undefined) this.#lists.push(list)
    this.statement(consequent)
    if (list !== undefined) this.#lists.pop()
    if (alternate) this.statement(alternate)
  }

  #test(node: Expression): void {
    if (node.type === 'LogicalExpression' && node.operator !== '??') {
      this.#test(node.left)
      this.#test(node.right)
    } else if (node.type === 'UnaryExpression' && node.operator === '!') this.#test(node.argument)
    else {
      const text = this.#text(node)
      const groups = TEST.exec(text)
      if (groups === null) foreign('expression', node, 'a test has no form that ajv writes')
      this.#assigns(text, node)
      this.#constants(groups.groups, node)
    }
  }

  #loop(node: Extract<Statement, { readonly type: 'ForStatement' | 'ForOfStatement' }>): void {
    const head = LOOP.exec(this.#check.code.slice(node.start, node.body.start))?.groups
    if (head === undefined) foreign('loop', node, 'a loop is not one over a list or the members of an object')
    if (head.end !== undefined && !this.#lengths.has(head.end))
      foreign('loop', node, 'a loop goes up to what is not the length of a list')
    this.#declare((head.counter ?? head.key) as string, node)
    this.statement(node.body)
  }

  #plain(node: Statement): void {
    const text = this.#text(node)
    const found = STATEMENT.exec(text)
    if (found === null) foreign('statement', node, 'a statement has no form that ajv writes')
    const [, kind, name = ''] = DECLARED.exec(text) ?? []
    if (kind === undefined) this.#assigns(text, node)
    else {
      this.#names.set(name, (this.#names.get(name) ?? 0) + 1)
      if (kind !== 'var') this.#ofBlock.push(name)
    }
    const groups = found.groups ?? {}
    if (groups.data !== undefined) this.#declare(groups.data, node)
    if (groups.length !== undefined) {
      this.#declare(groups.length, node)
      if (this.#lists.includes(groups.list as string)) this.#lengths.add(groups.length)
    }
    this.#constants(groups, node)
  }

  /** Assignments need a declaration around them: under precise coverage, Node 20 and 24 create globals even in strict code. */
  #assigns(text: string, node: Node): void {
    const name = ASSIGNED.exec(text)?.[1]
    if (name !== undefined && !this.#names.get(name)) foreign('assignment', node, `${shownWord(name)} is declared nowhere`)
  }

  #declare(name: string, node: Node): void {
    if (this.#declared.has(name)) foreign('name', node, `${shownWord(name)} is declared twice`)
    this.#declared.add(name)
  }

  /** Checks the kinds of constants that a form names. */
  #constants(groups: Readonly<Record<string, string | undefined>> = {}, node: Node): void {
    const { constants, calls } = this.#check
    for (const [group, name] of Object.entries(groups)) {
      const kind = CALLED[group]
      if (name === undefined) continue
      if (kind !== undefined && constants.get(name)?.kind !== kind) foreign('call', node, `${shownWord(name)} is no ${kind}`)
      if (group === 'own' || group === 'mine') {
        if (name !== this.#name) foreign('assignment', node, `${shownWord(name)} is another function`)
      } else if (group === 'check') calls.push({ caller: this.#name, callee: this.#function(name, node), at: node })
      else if (group === 'found' || group === 'props' || group === 'items') this.#function(name, node)
    }
    if (/\bschema\d/.test(this.#text(node))) this.#schemas(node)
  }

  #function(name: string, node: Node): string {
    const wrapper = /^(wrapper\d+)\.validate$/.exec(name)?.[1]
    const own = wrapper === undefined ? name : (this.#check.constants.get(wrapper)?.of ?? '')
    if (!this.#check.functions.has(own)) foreign('name', node, `${shownWord(name)} is no function of the check`)
    return own
  }

  /** Members read from schemas must be own members of their literals. */
  #schemas(node: unknown): void {
    if (typeof node !== 'object' || node === null) return
    const one = node as Expression
    if (one.type === 'MemberExpression' || one.type === 'Identifier') {
      const text = this.#text(one)
      if (/^schema\d+(?!\w)/.test(text)) {
        this.#json(one)
        return
      }
    }
    for (const child of Object.values(node)) this.#schemas(child)
  }

  #json(node: Expression): Expression {
    if (node.type === 'Identifier') {
      const constant = this.#check.constants.get(node.name)
      if (constant?.json === undefined) return foreign('name', node, `${shownWord(node.name)} is no schema`)
      return constant.json
    }
    if (node.type !== 'MemberExpression') return foreign('property', node, 'it is no part of a schema')
    const { object, property } = node
    const name = property.type === 'Identifier' ? property.name : property.type === 'Literal' ? String(property.value) : ''
    return (
      memberOf(this.#json(object as Expression), name) ??
      foreign('property', property, `${shownWord(name)} is no part of the schema`)
    )
  }

  #text({ start, end }: Node): string {
    return this.#check.code.slice(start, end)
  }
}
