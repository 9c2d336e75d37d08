/** Whether `validators.js` has only what ajv, as configured, and `compiler/bundle` emit. */
import type { ReturnStatement, VariableDeclaration } from 'acorn'
import { readCode, type TopLevel } from './read-code.ts'
import { checkCheck } from './validators/check.ts'
import { FRAME } from './validators/frame.ts'
import { foreign, type Violation, violationIn } from './violation.ts'

/** Pattern of characters that `compiler/bundle` escapes. */
const STRANGE = /[^\n\x20-\x7e]/

const TABLES = ['claims', 'data', 'bodies']

/** Returns the first construct in `validators.js` that the compiler does not emit, or `null` if there is none. */
export function validatorsViolation(code: string): Violation | null {
  return violationIn(code, () => {
    const outline = new Outline(code)
    readCode(code, STRANGE, (statement) => outline.take(statement))
    outline.end()
  })
}

/**
 * A checker of top-level statements: the directive for strict mode, one constant for each check, the frame, and a `return` of
 * three tables.
 */
class Outline {
  readonly #code: string
  readonly #checks = new Set<string>()
  #next: 'directive' | 'checks' | 'frame' | 'nothing' = 'directive'
  /** Where the frame begins. */
  #frame = 0

  constructor(code: string) {
    this.#code = code
  }

  take(node: TopLevel): void {
    const text = this.#code.slice(node.start, node.end)
    if (this.#next === 'nothing') foreign('outline', node, 'something stands behind the tables')
    if (this.#next === 'directive') {
      if (text !== '"use strict";') foreign('outline', node, 'it does not begin in strict mode')
      this.#next = 'checks'
    } else if (node.type === 'ReturnStatement') this.#tables(node)
    else if (node.type !== 'VariableDeclaration') foreign('outline', node, 'it has something beside checks and tables')
    else if (this.#next === 'checks' && !text.startsWith('const TOO_LONG')) this.#check(node)
    else if (this.#next === 'checks') {
      this.#next = 'frame'
      this.#frame = node.start
    }
  }

  end(): void {
    if (this.#next !== 'nothing') foreign('outline', { start: this.#code.length }, 'it returns no tables')
  }

  #check(node: VariableDeclaration): void {
    const [declarator, ...more] = node.declarations
    if (node.kind !== 'const' || declarator?.id.type !== 'Identifier' || more.length > 0 || !declarator.init)
      foreign('outline', node, 'it has something beside checks and tables')
    const { name } = declarator.id
    if (!/^check\d+$/.test(name) || this.#checks.has(name)) foreign('name', node, 'a check is not called like one')
    checkCheck(declarator.init, this.#code)
    this.#checks.add(name)
  }

  /** From the frame on, every character is known, except for names and their checks. */
  #tables(node: ReturnStatement): void {
    const between = this.#code.slice(this.#frame, node.start)
    if (this.#next !== 'frame' || between !== `${FRAME}\n`) foreign('outline', node, 'what stands round the checks is not ours')
    const lines = this.#code.slice(node.start, node.end).split('\n')
    const expected = ['return Object.freeze({', ...TABLES.flatMap((name) => [`  ${name}: table({`, null, '  }),']), '});']
    let at = node.start
    let next = 0
    for (const line of lines) {
      if (expected[next] === null && this.#isEntry(line)) at += line.length + 1
      else {
        if (expected[next] === null) next += 1
        if (line !== expected[next]) foreign('outline', { start: at }, 'the tables are not laid out as ours are')
        next += 1
        at += line.length + 1
      }
    }
    this.#next = 'nothing'
  }

  #isEntry(line: string): boolean {
    const [, , first, both, second] =
      /^ {4}\[("(?:[^"\\]|\\.)*")\]: (?:(check\d+)|both\((check\d+), (check\d+)\)),$/.exec(line) ?? []
    const named = first === undefined ? [both, second] : [first]
    return named.every((name) => name !== undefined && this.#checks.has(name))
  }
}
