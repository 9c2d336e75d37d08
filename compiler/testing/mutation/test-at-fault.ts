import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import type { File } from '../../../language/syntax/ast.ts'

/**
 * The test of the first error, where every error is one of a test: the policy checks, and says something else than a test relies on (a
 * `permit` by the name of what is a forbid now). Null: an error stands elsewhere, or there is none.
 */
export function testAtFault(files: readonly File[], diagnostics: readonly Diagnostic[]): string | null {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const names = errors.map(({ span }) => {
    const file = files.find((each) => each.span.source === span.source)
    const holding = file?.declarations.find((each) => each.span.start <= span.start && span.end <= each.span.end)
    return holding?.kind === 'TestDeclaration' ? holding.name.value : null
  })
  return names.includes(null) ? null : (names[0] ?? null)
}
