import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { parse } from '../parse.ts'
import type { Source } from '../source.ts'
import { Cursor } from './cursor.ts'
import { WIDTH } from './document.ts'
import { printDocument } from './print-document.ts'
import { printFile } from './print-file.ts'
import { sameFile } from './same-file.ts'

/**
 * A text in its canonical form (`spec/language/format.md`): white space, line ends, quotes, parentheses and commas are as they
 * are in every formatted text; words, their order and comments stay.
 *
 * @returns null where the text has syntax errors, which are the diagnostics
 * @throws where the formatted text would not say what the text says: a mistake of ours
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
