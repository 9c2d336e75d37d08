/** Prints types, and the fields of records, identities and queries. */
import type { Field, TypeNode } from '../syntax/ast.ts'
import { largest } from './columns.ts'
import type { Cursor, Lead } from './cursor.ts'
import {
  breaks,
  concat,
  type Document,
  either,
  group,
  indent,
  join,
  line,
  sequence,
  softLine,
  space,
  spaces,
} from './document.ts'

export function printType(cursor: Cursor, node: TypeNode): Document {
  switch (node.kind) {
    case 'NamedType':
      return cursor.emit(node.name.text)
    case 'GenericType': {
      const name = concat(cursor.emit(node.name.text), cursor.emit('<'))
      const parts = node.arguments.map((one, at) =>
        concat(printType(cursor, one), at < node.arguments.length - 1 ? concat(cursor.comma(), space) : ''),
      )
      return concat(name, ...parts, cursor.emit('>'))
    }
    case 'RecordType':
      return printFields(cursor, node.fields, node.open)
    case 'LiteralsType': {
      const parts = node.values.map((_, at) =>
        at === 0 ? cursor.literal() : concat(line, cursor.operator('|'), space, cursor.literal()),
      )
      return group(indent(sequence(parts)))
    }
  }
}

/** Prints `{ a: T, b?: U }` on one line with commas, or one aligned field per line without. Empty lines split alignments. */
export function printFields(cursor: Cursor, fields: readonly Field[], open: boolean): Document {
  const before = cursor.before('{')
  const opening = cursor.emit('{')
  const items: Item[] = []
  for (const field of fields) {
    items.push(printField(cursor, field, items.length === 0))
    cursor.dropComma()
  }
  if (open) {
    const lead = cursor.softLead(items.length === 0 ? 'first' : 'next')
    items.push({ lead, name: cursor.emit('...'), width: null, rest: null })
    cursor.dropComma()
  }
  const { comments: end, text: closing } = cursor.close('}')
  if (items.length === 0) return concat(before, group(concat(opening, indent(concat(end)), softLine, closing)))
  const widths = alignedWidths(items)
  const parts = items.map(({ lead, name, width, rest }, at) => {
    const padding = width === null ? 1 : (widths[at] as number) - width + 1
    const gap = either({ broken: spaces(padding), flat: space })
    const next = items[at + 1]
    // A field after a comment on the same line needs a comma before it.
    const comma = next === undefined ? '' : next.lead.inline ? ',' : either({ broken: '', flat: ',' })
    return concat(lead.document, name, ...(rest === null ? [] : [gap, rest]), comma)
  })
  return concat(before, group(concat(opening, indent(concat(line, join(line, parts), end)), line, closing)))
}

interface Item {
  readonly lead: Lead
  /** The part before the colon. */
  readonly name: Document
  /** The width for alignment; null if the type follows one space. */
  readonly width: number | null
  readonly rest: Document | null
}

function printField(cursor: Cursor, field: Field, first: boolean): Item {
  const lead = cursor.softLead(first ? 'first' : 'next')
  const parts: Document[] = [cursor.emit(field.name.text)]
  if (field.optional) parts.push(cursor.emit('?'))
  if (field.from.length > 0) parts.push(space, cursor.emit('from'), ...field.from.flatMap(() => [space, cursor.literal()]))
  parts.push(cursor.emit(':'))
  const name = concat(...parts)
  const plain = field.from.length === 0 && !breaks(name)
  const width = plain ? field.name.text.length + (field.optional ? 2 : 1) : null
  return { lead, name, width, rest: printType(cursor, field.type) }
}

/** Returns for each item the width of the names around it, up to the next empty lines. */
function alignedWidths(items: readonly Item[]): number[] {
  const widths: number[] = []
  for (let from = 0; from < items.length; ) {
    let to = from + 1
    while (to < items.length && !(items[to] as Item).lead.blank) to += 1
    const most = largest(items.slice(from, to).map(({ width }) => width ?? 0))
    for (let at = from; at < to; at += 1) widths.push(most)
    from = to
  }
  return widths
}
