import { BUILTIN_NAMES, NAMESPACES } from '../builtins/index.ts'
import { reservedName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Declaration, Name } from '../syntax/ast.ts'
import type { Root } from './model.ts'
import { isTypeWord } from './types/type-words.ts'

/** What every condition can read under these names, `params` and its like where the routes have them. */
export const ROOT_NAMES: readonly Root[] = ['caller', 'params', 'query', 'body', 'request', 'source', 'connection']

/** Words that stand for callers, or for reasons in tests. */
const EVERYWHERE: ReadonlySet<string> = new Set(['anonymous', 'authenticated', 'anyone', 'default'])
/** What `by`, `limit` and `shadow` of a test say where they name no rule. */
const OF_RULES: ReadonlySet<string> = new Set(['data', 'none', 'no-route'])
const OF_VALUES: ReadonlySet<string> = new Set([...ROOT_NAMES, ...NAMESPACES])
const OF_CALLS: ReadonlySet<string> = new Set([
  ...BUILTIN_NAMES,
  ...['has', 'all', 'exists', 'exists_one', 'filter', 'map', 'optMap'],
])

/** Whether the name of a declaration already means something where it would be used. */
export function hasMeaning({ kind, name: { text } }: Exclude<Declaration, { kind: 'TestDeclaration' }>): boolean {
  if (EVERYWHERE.has(text) || text.startsWith('__')) return true
  switch (kind) {
    case 'TypeDeclaration':
      return isTypeWord(text)
    case 'RuleDeclaration':
      return OF_RULES.has(text)
    case 'DataDeclaration':
      return OF_VALUES.has(text)
    case 'DefDeclaration':
      return OF_VALUES.has(text) || OF_CALLS.has(text)
    default:
      return false
  }
}

/**
 * Names that begin with two underscores are nobody's: `__proto__` means something to JavaScript, and later versions of
 * the language may want the others. A claim that is called so comes in under another name, by `from`.
 */
export function checkReservedName(name: Name, diagnostics: Diagnostic[]): boolean {
  if (!name.text.startsWith('__')) return true
  diagnostics.push(report(reservedName, name.span, { name: name.text }))
  return false
}
