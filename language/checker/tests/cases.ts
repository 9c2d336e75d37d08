/** Checks the rows of a test's `cases`: their members must match the test's placeholders. */
import { noCases, placeholderAlone, rowLacks, unknownPlaceholder, unusedMember } from '../../diagnostics/catalogue/names.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Span } from '../../source.ts'
import type { JsonNode, Placeholder, TestCase, TestDeclaration } from '../../syntax/ast.ts'
import { visit } from '../../syntax/children.ts'
import { keyText } from './json-value.ts'

export interface TestCaseRow {
  /** Name of the case: `test`, or `test / row`. */
  readonly name: string
  /** The name of the row, or of the test without rows. */
  readonly span: Span
  /** The value of each placeholder. */
  readonly values: ReadonlyMap<string, JsonNode>
}

/** Returns the cases of a test. Returns null if a mistake was reported, so that nothing can run. */
export function casesOf(declaration: TestDeclaration, diagnostics: Diagnostic[]): readonly TestCaseRow[] | null {
  let found = known.get(declaration)
  if (found === undefined) {
    const reported: Diagnostic[] = []
    found = { rows: readCases(declaration, reported), reported }
    known.set(declaration, found)
  }
  diagnostics.push(...found.reported)
  return found.rows
}

/** Memoized, as a check in an editor or in watch mode mostly has the trees of the one before. */
const known = new WeakMap<
  TestDeclaration,
  { readonly rows: readonly TestCaseRow[] | null; readonly reported: readonly Diagnostic[] }
>()

function readCases(declaration: TestDeclaration, diagnostics: Diagnostic[]): readonly TestCaseRow[] | null {
  const { name, cases } = declaration
  const before = diagnostics.length
  const placeholders = placeholdersIn(declaration, diagnostics)
  if (cases === null) {
    for (const one of placeholders.values()) diagnostics.push(report(placeholderAlone, one.span, { name: one.name }))
    return diagnostics.length > before ? null : [{ name: name.value, span: name.span, values: new Map() }]
  }
  if (cases.length === 0) diagnostics.push(report(noCases, name.span, { test: name.value }))
  const rows = cases.map((one) => ({
    name: `${name.value} / ${one.name.value}`,
    span: one.name.span,
    case: one,
    values: valuesOf(one),
  }))
  const members = new Map<string, JsonNode>()
  for (const { values } of rows) for (const [key, value] of values) members.set(key, members.get(key) ?? value)
  for (const one of cases.length === 0 ? [] : placeholders.values()) {
    if (!members.has(one.name)) {
      const suggestion = nearest(one.name, members.keys())
      const fixes = renameTo(suggestion === null ? null : `$${suggestion}`, one.span)
      diagnostics.push(report(unknownPlaceholder, one.span, { name: one.name, suggestion }, [], fixes))
      continue
    }
    for (const row of rows.filter(({ values }) => !values.has(one.name))) {
      const related = [{ message: 'it is asked for here', span: one.span }]
      diagnostics.push(report(rowLacks, row.case.name.span, { row: row.case.name.value, name: one.name }, related))
    }
  }
  for (const [key, value] of members) {
    if (!placeholders.has(key)) diagnostics.push(report(unusedMember, value.span, { name: key }))
  }
  return diagnostics.length > before ? null : rows
}

function valuesOf({ values }: TestCase): Map<string, JsonNode> {
  return new Map(values.members.map(({ key, value }) => [keyText(key), value]))
}

/** Returns the first placeholder of each name. A placeholder within a row is not replaced. */
function placeholdersIn(declaration: TestDeclaration, diagnostics: Diagnostic[]): Map<string, Placeholder> {
  const found = new Map<string, Placeholder>()
  visit(declaration, (node) => {
    if (node.kind === 'TestCase') {
      visit(node, (inner) => {
        if (inner.kind === 'Placeholder') diagnostics.push(report(placeholderAlone, inner.span, { name: inner.name }))
        return true
      })
      return false
    }
    if (node.kind === 'Placeholder' && !found.has(node.name)) found.set(node.name, node)
    return true
  })
  return found
}
