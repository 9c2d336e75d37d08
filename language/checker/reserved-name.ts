import { BUILTIN_NAMES, NAMESPACES } from '../builtins/index.ts'
import { reservedName } from '../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Declaration, Name } from '../syntax/ast.ts'
import type { Root } from './model.ts'
import { isTypeWord } from './types/type-words.ts'

/** Names that every condition can read. `params`, `query` and `body` are readable only if the routes declare them. */
export const ROOT_NAMES: readonly Root[] = ['caller', 'params', 'query', 'body', 'request', 'source', 'connection']

/** Words that stand for callers, or for reasons in tests. */
const EVERYWHERE: ReadonlySet<string> = new Set(['anonymous', 'authenticated', 'anyone', 'default'])
/** What `by`, `limit` and `shadow` of a test accept besides rules. */
const OF_RULES: ReadonlySet<string> = new Set(['data', 'none', 'no-route'])
const OF_VALUES: ReadonlySet<string> = new Set([...ROOT_NAMES, ...NAMESPACES])
const OF_CALLS: ReadonlySet<string> = new Set([
  ...BUILTIN_NAMES,
  ...['has', 'all', 'exists', 'exists_one', 'filter', 'map', 'optMap'],
])

/** Returns whether a declaration's name already has another meaning in the places that would use the name. */
export function hasMeaning({
  kind,
  name: { text },
}: Exclude<Declaration, { kind: 'TestDeclaration' | 'PropertyDeclaration' }>): boolean {
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
 * Returns whether a name may be declared; reports one that begins with two underscores. JavaScript gives `__proto__` a meaning,
 * and later versions of the language may use others. A claim of such a name is declared under another one, with `from`.
 */
export function checkReservedName(name: Name, diagnostics: Diagnostic[]): boolean {
  if (!name.text.startsWith('__')) return true
  diagnostics.push(report(reservedName, name.span, { name: name.text }))
  return false
}
