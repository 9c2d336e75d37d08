import { duplicateTest as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Text } from '../../syntax/ast.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports two tests of one name in one file. */
export const duplicateTest: LintRule = {
  entry,
  byDefault: true,
  check({ files }, notify) {
    for (const file of files) {
      const first = new Map<string, Text>()
      for (const declaration of file.declarations) {
        if (declaration.kind !== 'TestDeclaration' && declaration.kind !== 'PropertyDeclaration') continue
        const { name } = declaration
        const before = first.get(name.value)
        if (before === undefined) first.set(name.value, name)
        else notify(report(entry, name.span, { name: name.value }, [{ message: 'the first one is here', span: before.span }]))
      }
    }
  },
}
