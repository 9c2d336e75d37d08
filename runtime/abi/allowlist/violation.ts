import { getLineInfo, type Node } from 'acorn'

/**
 * Names of the rules that the code of a bundle must satisfy. The names are stable; `spec/language/whitelist.md` explains each
 * rule.
 */
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

/** The first construct of a bundle's code that the compiler does not emit. */
export interface Violation {
  readonly rule: WhitelistRule
  /** Line of the construct, from 1. Columns are in UTF-16 code units. */
  readonly line: number
  readonly column: number
  /** Sentence that tells what is wrong with the code. It quotes a few characters of the code at most. */
  readonly message: string
}

/** Error that ends a check. `violationIn` catches it, so it never leaves this folder. */
export class Foreign extends Error {
  readonly rule: WhitelistRule
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

/** Returns the violation that `check` throws, or `null` if it throws none. */
export function violationIn(code: string, check: () => void): Violation | null {
  try {
    check()
    return null
  } catch (error) {
    const found =
      error instanceof RangeError ? new Foreign('depth', 0, 'the code is nested deeper than code that the compiler emits') : error
    if (!(found instanceof Foreign)) throw found
    const { line, column } = getLineInfo(code, found.at)
    return { rule: found.rule, line, column: column + 1, message: found.message }
  }
}

/** Returns a word of the checked code in backticks, for a message: cut to 40 characters, with `?` for non-ASCII characters. */
export function shownWord(word: string): string {
  const text = word.length > 40 ? `${word.slice(0, 40)}…` : word
  return `\`${text.replace(/[^\x20-\x7e\u2026]/g, '?')}\``
}
