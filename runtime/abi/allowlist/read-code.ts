/** Parses code of a bundle with acorn, neither our own parser nor the one that runs it. */
import { type ModuleDeclaration, Parser, type Program, type Statement } from 'acorn'
import { Foreign } from './violation.ts'

export type TopLevel = Statement | ModuleDeclaration

/**
 * Parses a function body and passes its statements to `take` one by one. It does not keep them, because the whole tree of some
 * megabytes of code takes a second, most of it for garbage collection.
 *
 * @param characters characters that are refused
 * @throws Foreign if the code does not parse or has such a character
 */
export function readCode(code: string, characters: RegExp, take: (statement: TopLevel) => void): void {
  const strange = code.search(characters)
  if (strange !== -1) throw new Foreign('character', strange, 'the code has a character that the compiler does not emit')
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
      // Intended for several files in one tree: acorn pushes statements to its body.
      program,
      onComment: (isBlock, text, start) => checkComment(isBlock, text, code, start),
    })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // acorn's message for a stack overflow.
    if (error.message.startsWith('Not enough stack space')) throw new RangeError(error.message)
    throw new Foreign('syntax', Math.min((error as SyntaxError & { pos?: number }).pos ?? 0, code.length), error.message)
  }
}

/**
 * A parser without acorn's linear search for duplicates, which is slow for twenty thousand functions. The checks and V8 refuse
 * duplicates.
 */
class Reader extends Parser {
  /** Strict mode, as parts of a module have no directive of their own. */
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

/** Checks a comment, which must be a line comment without directives for tools or engines. */
function checkComment(isBlock: boolean, text: string, code: string, start: number): void {
  if (isBlock || !code.startsWith('//', start) || /^[#@]|[^\x20-\x7e]/.test(text))
    throw new Foreign('comment', start, 'the code has a comment of a form that the compiler does not emit')
}
