import { reservedName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Name } from '../syntax/ast.ts'

/**
 * Names that begin with two underscores are nobody's: `__proto__` means something to JavaScript, and later versions of
 * the language may want the others. A claim that is called so comes in under another name, by `from`.
 */
export function checkReservedName(name: Name, diagnostics: Diagnostic[]): boolean {
  if (!name.text.startsWith('__')) return true
  diagnostics.push(report(reservedName, name.span, { name: name.text }))
  return false
}
