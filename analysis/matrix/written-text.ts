import type { Span } from '../../language/source.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import { readEscapes } from '../../language/syntax/read-escapes.ts'
import { tokenize } from '../../language/syntax/tokenize.ts'

/** Returns the policy's text on one line without comments. */
export function writtenText({ source, start, end }: Span): string {
  const text = source.text.slice(start, end)
  const { tokens } = tokenize({ name: source.name, text }, true)
  let last = 0
  return tokens.reduce((line, { startOffset, image }) => {
    const gap = text.slice(last, startOffset)
    last = startOffset + image.length
    const isBroken = gap.includes('\n') && (/[([]$/.test(line) || /^[)\].]/.test(image))
    return line + (line === '' || gap === '' || isBroken ? '' : ' ') + onOneLine(image)
  }, '')
}

/** Escapes line breaks in a text, as they could imitate our own lines. */
function onOneLine(image: string): string {
  return /[\r\n]/.test(image) ? JSON.stringify(readEscapes(image, () => {})) : image
}

/** How tightly the outermost operator of an expression binds, from the loosest to the tightest. */
export type Precedence = 'conditional' | 'or' | 'and' | 'relation' | 'tight'

const ORDER: readonly Precedence[] = ['conditional', 'or', 'and', 'relation', 'tight']

export function bindingOf(expression: Expression): Precedence {
  switch (expression.kind) {
    case 'Conditional':
      return 'conditional'
    case 'Chain':
      return expression.operator === '||' ? 'or' : 'and'
    case 'Is':
    case 'Binary':
      return 'relation'
    default:
      return 'tight'
  }
}

/** Adds parentheses if the text binds more weakly than the enclosing operator requires. */
export function within(text: string, binding: Precedence, least: Precedence): string {
  return ORDER.indexOf(binding) < ORDER.indexOf(least) ? `(${text})` : text
}
