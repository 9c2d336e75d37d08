/** Prints a test's `cases`: one row per line, without commas. */
import type { TestDeclaration } from '../syntax/ast.ts'
import { type ColumnRow, inColumns, largest, rowWidth } from './columns.ts'
import type { Cursor } from './cursor.ts'
import { concat, type Document, hardLine, hasComments, indent, line, sequence, space, TABLE_WIDTH, WIDTH } from './document.ts'
import { flatWidth, printDocument } from './print-document.ts'
import { type Bracketed, betweenBrackets } from './print-expression.ts'
import { readJsonObject } from './print-json.ts'

type Cases = NonNullable<TestDeclaration['cases']>

interface CaseRow {
  readonly lead: Document
  readonly name: Document
  readonly values: Bracketed
}

export function printCases(cursor: Cursor, cases: Cases): Document {
  const head = concat(cursor.emit('cases'), space, cursor.emit('{'))
  const read = cases.map(({ values }, at): CaseRow => {
    const lead = cursor.lead(at === 0 ? 'first' : 'next').document
    const row = { lead, name: concat(cursor.literal(), cursor.emit(':')), values: readJsonObject(cursor, values) }
    cursor.dropComma()
    return row
  })
  const end = cursor.lead('end')
  const rows = (haveSameKeys(cases) ? asTable(read) : null) ?? asList(read)
  const parts = read.map(({ lead }, at) => concat(lead, rows[at] as Document))
  return concat(head, indent(sequence([...parts, end.document])), hardLine, cursor.emit('}'))
}

function haveSameKeys(cases: Cases): boolean {
  const keys = cases.map(({ values }) =>
    JSON.stringify(values.members.map(({ key }) => (key.kind === 'Name' ? key.text : key.value))),
  )
  return new Set(keys).size === 1
}

/** Aligns rows of the same keys as a table. Null if they do not fit, or comments are in the way. */
function asTable(rows: readonly CaseRow[]): readonly Document[] | null {
  const whole = rows.map(({ name, values: { before, opening, parts, closing } }): ColumnRow => {
    const cells = parts.map((part, at) =>
      concat(at === 0 ? concat(before, opening, space) : '', part, at === parts.length - 1 ? concat(space, closing.text) : ''),
    )
    return [name, ...(cells.length === 0 ? [concat(before, opening, closing.text)] : cells)]
  })
  if (whole.flat().some(hasComments) || rows.some(({ values }) => hasComments(values.closing.comments))) return null
  const texts = whole.map((row) => row.map((cell) => printDocument(cell, Number.POSITIVE_INFINITY).trimEnd()))
  const columns = inColumns(texts, [], () => true)
  return columns.every((row) => (flatWidth(row) ?? Number.POSITIVE_INFINITY) <= TABLE_WIDTH - INDENT) ? columns : null
}

/** Prints rows separately; aligned if all fit. */
function asList(rows: readonly CaseRow[]): readonly Document[] {
  const cells = rows.map(({ name, values }): ColumnRow => [name, betweenBrackets(values, line)])
  const names = cells.map(([name = '']) => flatWidth(name) ?? 0)
  const widest = largest(names)
  const haveRoom = cells.every((row, at) => {
    const width = rowWidth(row)
    return width !== null && width + widest - (names[at] as number) <= WIDTH - INDENT
  })
  return inColumns(cells, [], () => haveRoom)
}

/** The indentation of a row. */
const INDENT = 4
