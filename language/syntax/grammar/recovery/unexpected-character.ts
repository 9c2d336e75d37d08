import { unexpectedCharacter } from '../../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic, Fix } from '../../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import type { Span } from '../../../source.ts'

/** Quotation marks of other languages and of word processors, by the opening one. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['“', '”'],
  ['„', '“'],
  ['”', '”'],
  ['‘', '’'],
  ['’', '’'],
  ['«', '»'],
  ['`', '`'],
])

/** Longest string that a fix quotes. */
const LONGEST = 200

/**
 * Returns the diagnostic for a character that begins no token. If the character has a use in other languages, such as `#`, the
 * diagnostic says what to write instead.
 */
export function explainCharacter(span: Span, text: string): Diagnostic {
  const { source, start } = span
  const lineEnd = source.text.indexOf('\n', start)
  const rest = source.text.slice(start, lineEnd === -1 ? undefined : lineEnd)
  // Characters that begin no token come as one run.
  const first = String.fromCodePoint(text.codePointAt(0) as number)
  const closing = QUOTES.get(first)
  if (closing !== undefined) {
    const end = rest.indexOf(closing, 1)
    const inner = end === -1 || end > LONGEST ? null : rest.slice(1, end)
    const quoted = inner === null || /["\\`]/.test(inner) ? null : `"${inner}"`
    const help =
      quoted === null ? 'strings with straight quotes: `"…"`' : `\`${quoted}\`: strings are quoted with straight quotes`
    return told(renameTo(quoted, { source, start, end: start + (end + 1) }), help)
  }
  if (first === '#') {
    const [hashes = ''] = /^#+/.exec(rest) ?? []
    const isAlone = /^[ \t]*$/.test(source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start))
    // Before a clause on the line, the mend would turn that clause into a comment.
    const fixes = renameTo(isAlone ? '//' : null, { source, start, end: start + hashes.length })
    return told(fixes, 'comments as `// …`')
  }
  if (/^\p{L}/u.test(text)) return told([], 'names with the letters A to Z, digits and `_`; other letters belong in strings')
  return told([], null)

  function told(fixes: readonly Fix[], instead: string | null): Diagnostic {
    return report(unexpectedCharacter, span, { text, instead }, [], fixes)
  }
}
