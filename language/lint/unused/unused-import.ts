import { unusedImport as entry } from '../../diagnostics/catalogue/lint.ts'
import type { Fix } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { File, Import, Name } from '../../syntax/ast.ts'
import { removal } from '../facts/remove.ts'
import type { LintProject, LintRule } from '../lint-rule.ts'

export const unusedImport: LintRule = {
  entry,
  byDefault: true,
  check(project, notify) {
    for (const file of project.files) {
      const used = project.uses.inFile(file)
      for (const one of file.imports) {
        const unused = one.names.filter(({ text }) => !used.has(text))
        const fixes = unused.length === 0 ? [] : fixesOf(one, unused, file, project)
        // One fix removes all of them, as the comma between two can be removed only once.
        for (const [at, name] of unused.entries()) {
          notify(report(entry, name.span, { name: name.text }, [], at === 0 ? fixes : []))
        }
      }
    }
  },
}

function fixesOf(one: Import, unused: readonly Name[], file: File, project: LintProject): Fix[] {
  const kept = one.names.filter((name) => !unused.includes(name))
  const title = `take ${unused.map(({ text }) => `\`${text}\``).join(', ')} out of the import`
  if (kept.length > 0) {
    const [first, last] = [one.names[0], one.names.at(-1)] as [Name, Name]
    const span = { ...first.span, end: last.span.end }
    // A comment among the names may be about any of them.
    if (/\/[/*]/.test(span.source.text.slice(span.start, span.end))) return []
    return [{ title, edits: [{ span, text: kept.map(({ text }) => text).join(', ') }] }]
  }
  // Without the import, a file that nothing else imports would leave the policy.
  return isBroughtOtherwise(one, file, project) ? [{ title, edits: [removal(one.span)] }] : []
}

function isBroughtOtherwise(one: Import, file: File, { files, isEntry, importedFile }: LintProject): boolean {
  const target = importedFile(file, one.from.value)
  if (target === null) return false
  return (
    isEntry(target) ||
    files.some((other) => other !== file && other.imports.some(({ from }) => importedFile(other, from.value) === target))
  )
}
