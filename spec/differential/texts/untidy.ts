import { tokenize } from '../../../language/syntax/tokenize.ts'
import { contextualWords, reservedWords } from '../../../language/syntax/tokens.ts'
import type { Random } from '../generate/random.ts'

/** The same policy, written as nobody would: comments, white space and line breaks where they mean nothing, other quotes. */
export function untidy(text: string, random: Random): string {
  const { tokens } = tokenize({ name: 'policy.iap', text })
  let written = ''
  let end = 0
  for (const { startOffset, image } of tokens) {
    // A word that begins a line may begin a clause or a declaration.
    const mayBreak = !contextualWords.has(image) && !reservedWords.has(image)
    written += text.slice(end, startOffset)
    if (startOffset > 0 && random.chance(0.12)) written += gap(random, mayBreak)
    written += random.chance(0.3) ? quoted(image, random) : image
    end = startOffset + image.length
  }
  return written + text.slice(end)
}

function gap(random: Random, mayBreak: boolean): string {
  const inLine = [' ', '   ', '\t', ' /* a comment */ ', '/**/']
  return random.pick(mayBreak ? [...inLine, '\n', '\r\n    ', ' // a comment\n', '\n\n'] : inLine)
}

/** A text without anything that a quote or an escape could change. */
function quoted(image: string, random: Random): string {
  const inside = /^"([\w .:/@-]*)"$/.exec(image)?.[1]
  if (inside === undefined) return image
  return random.pick([`'${inside}'`, `r"${inside}"`, `"""${inside}"""`, `R'''${inside}'''`])
}
