import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import type { File } from '../../../language/syntax/ast.ts'

/**
 * Returns the test of the first error if all errors are in tests: the policy is valid, but a test relies on something else (such
 * as `permit` by a rule that is now a forbid). Else null.
 */
export function testAtFault(files: readonly File[], diagnostics: readonly Diagnostic[]): string | null {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const names = errors.map(({ span }) => {
    // By name: a tree that an earlier check has kept refers to the text of that time, in which it stands in the same place.
    const file = files.find((each) => each.span.source.name === span.source.name)
    const holding = file?.declarations.find((each) => each.span.start <= span.start && span.end <= each.span.end)
    return holding?.kind === 'TestDeclaration' ? holding.name.value : null
  })
  return names.includes(null) ? null : (names[0] ?? null)
}
