import { getLineInfo, type Node } from 'acorn'

/** What code of a bundle may not have. Stable names: `spec/language/whitelist.md` explains each. */
export const WHITELIST_RULES = [
  'syntax',
  'depth',
  'character',
  'comment',
  'outline',
  'statement',
  'declaration',
  'expression',
  'function',
  'operator',
  'literal',
  'name',
  'property',
  'computed-key',
  'object-member',
  'call',
  'assignment',
  'loop',
  'recursion',
] as const

export type WhitelistRule = (typeof WHITELIST_RULES)[number]

/** Where code of a bundle is not what the compiler emits. */
export interface Violation {
  readonly rule: WhitelistRule
  /** Both from 1; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
  /** One sentence, with at most a few characters of the code. */
  readonly message: string
}

/** Unwinds a check; `violationIn` turns it into a value. It never leaves this folder. */
export class Foreign extends Error {
  readonly rule: WhitelistRule
  /** An offset in the code. */
  readonly at: number
  constructor(rule: WhitelistRule, at: number, message: string) {
    super(message)
    this.rule = rule
    this.at = at
  }
}

export function foreign(rule: WhitelistRule, { start }: Pick<Node, 'start'>, message: string): never {
  throw new Foreign(rule, start, message)
}

/** What `check` finds in code; null where it finds nothing. */
export function violationIn(code: string, check: () => void): Violation | null {
  try {
    check()
    return null
  } catch (error) {
    const found = error instanceof RangeError ? new Foreign('depth', 0, 'it is nested deeper than any code of ours') : error
    if (!(found instanceof Foreign)) throw found
    const { line, column } = getLineInfo(code, found.at)
    return { rule: found.rule, line, column: column + 1, message: found.message }
  }
}

/** A word of the code for a message. */
export function shownWord(word: string): string {
  const text = word.length > 40 ? `${word.slice(0, 40)}…` : word
  return `\`${text.replace(/[^\x20-\x7e\u2026]/g, '?')}\``
}
