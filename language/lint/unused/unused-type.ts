import { unusedType as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { File } from '../../syntax/ast.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports a type that no declaration uses. Types are local to their file, but other files can import them. */
export const unusedType: LintRule = {
  entry,
  byDefault: false,
  check({ model, files, importedFile, uses }, notify) {
    if (model.rules.length === 0) return
    const imported = new Map<File, Set<string>>()
    for (const file of files) {
      for (const { names, from } of file.imports) {
        const target = importedFile(file, from.value)
        if (target === null) continue
        const known = imported.get(target) ?? new Set()
        for (const { text } of names) known.add(text)
        imported.set(target, known)
      }
    }
    for (const file of files) {
      for (const declaration of file.declarations) {
        if (declaration.kind !== 'TypeDeclaration') continue
        const { text, span } = declaration.name
        if (!uses.inFile(file).has(text) && !imported.get(file)?.has(text)) notify(report(entry, span, { name: text }))
      }
    }
  },
}
