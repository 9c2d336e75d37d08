/** Code of a bundle as statements: by acorn, a parser that is not ours, and not the one that will run it. */
import { type ModuleDeclaration, Parser, type Program, type Statement } from 'acorn'
import { Foreign } from './violation.ts'

export type TopLevel = Statement | ModuleDeclaration

/**
 * Hands over the statements of a function body one by one, and keeps none: of some megabytes of code the whole tree would take a
 * second, most of it for the collector. Throws `Foreign`.
 *
 * @param characters what the code is written in
 */
export function readCode(code: string, characters: RegExp, take: (statement: TopLevel) => void): void {
  const strange = code.search(characters)
  if (strange !== -1) throw new Foreign('character', strange, 'there is a character that emitted code does not have')
  const program = {
    type: 'Program',
    start: 0,
    end: 0,
    sourceType: 'script',
    body: new Taker(take),
  } satisfies Program
  try {
    Reader.parse(code, {
      ecmaVersion: 2022,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: false,
      // Meant for the tree of a file before: whatever is parsed is pushed to its body.
      program,
      onComment: (isBlock, text, start) => checkComment(isBlock, text, code, start),
    })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // As acorn says it, before our own walk would.
    if (error.message.startsWith('Not enough stack space')) throw new RangeError(error.message)
    throw new Foreign('syntax', Math.min((error as SyntaxError & { pos?: number }).pos ?? 0, code.length), error.message)
  }
}

/**
 * acorn looks for each name among all that its scope has declared, one by one, which for the twenty thousand functions of a large
 * policy takes longer than all the rest. What is declared twice is refused by whoever checks, and by V8.
 */
class Reader extends Parser {
  /** A part of a module does not say so itself. */
  strict = true
  declareName(): void {}
}

class Taker extends Array<TopLevel> {
  readonly #take: (statement: TopLevel) => void

  constructor(take: (statement: TopLevel) => void) {
    super()
    this.#take = take
  }

  override push(...statements: readonly TopLevel[]): number {
    for (const statement of statements) this.#take(statement)
    return 0
  }
}

/** To the end of the line, and nothing that tells a tool or an engine something. */
function checkComment(isBlock: boolean, text: string, code: string, start: number): void {
  if (isBlock || !code.startsWith('//', start) || /^[#@]|[^\x20-\x7e]/.test(text))
    throw new Foreign('comment', start, 'there is a comment of a kind that emitted code does not have')
}
