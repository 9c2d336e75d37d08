import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { parse } from '../parse.ts'
import type { Source } from '../source.ts'
import { Cursor } from './cursor.ts'
import { WIDTH } from './document.ts'
import { printDocument } from './print-document.ts'
import { printFile } from './print-file.ts'
import { sameFile } from './same-file.ts'

/**
 * Formats a text canonically (`spec/language/format.md`): changes white space, line ends, quotes, parentheses and commas; keeps
 * words, their order and comments.
 *
 * @returns null if the text has syntax errors, which are the diagnostics
 * @throws Error if the result would have another meaning, which is a bug
 */
export function format(source: Source): { readonly text: string | null; readonly diagnostics: readonly Diagnostic[] } {
  const { result, diagnostics } = parse(source)
  if (diagnostics.some(({ severity }) => severity === 'error')) return { text: null, diagnostics }
  const text = printDocument(printFile(new Cursor(source), result), WIDTH)
  const again = parse({ name: source.name, text })
  if (again.diagnostics.length > diagnostics.length || !sameFile(result, again.result)) {
    throw new Error(`the formatted text of ${source.name} would say something else; it is left as it is`)
  }
  return { text, diagnostics }
}
