/** Prints services: one route per line, in columns. */
import type { BodyNode, OperationDeclaration, RouteDeclaration, ServiceDeclaration } from '../syntax/ast.ts'
import { type ColumnRow, inColumns, rowWidth } from './columns.ts'
import type { Cursor, Lead } from './cursor.ts'
import { concat, type Document, group, hardLine, indent, line, sequence, space, WIDTH } from './document.ts'
import { printAnnotations, printHead } from './print-declaration.ts'
import { flatWidth } from './print-document.ts'
import { printFields, printType } from './print-type.ts'
import { printNames, printTexts } from './print-words.ts'

/** A route or operation before its layout. */
interface Entry {
  readonly lead: Lead
  readonly annotations: Document
  /** The aligned cells: keyword and name, methods, template. */
  readonly cells: ColumnRow
  /** `query …`, `body …`, `is …`. */
  readonly clauses: readonly Document[]
}

export function printService(cursor: Cursor, service: ServiceDeclaration): Document {
  const head: Document[] = [printHead(cursor, 'service', service.name), space, cursor.emit('at'), space]
  head.push(printTexts(cursor, service.hosts))
  if (service.openapi !== null) {
    head.push(line, cursor.emit('from'), space, cursor.emit('openapi'), space, cursor.literal())
  }
  const labels = printLabels(cursor, service.labels)
  if (labels !== null) head.push(line, labels)
  const opening = concat(group(indent(sequence(head))), space, cursor.emit('{'))
  const inside = [...service.routes, ...service.operations].sort((a, b) => a.span.start - b.span.start)
  const entries = inside.map((one, at): Entry => {
    const lead = cursor.lead(at === 0 ? 'first' : 'next')
    const annotations = printAnnotations(cursor, one.annotations)
    return { lead, annotations, ...(one.kind === 'RouteDeclaration' ? readRoute(cursor, one) : readOperation(cursor, one)) }
  })
  const end = cursor.lead('end')
  const closing = cursor.emit('}')
  if (entries.length === 0 && end.bare) return concat(opening, closing)
  return concat(opening, indent(sequence([...layOut(entries), end.document])), hardLine, closing)
}

function readRoute(cursor: Cursor, route: RouteDeclaration): Pick<Entry, 'cells' | 'clauses'> {
  const name = printHead(cursor, route.rpc ? 'rpc' : 'route', route.name)
  const methods = route.methods.map((method, at) => {
    const printed = method.kind === 'Name' ? cursor.emit(method.text) : cursor.literal()
    return concat(printed, at < route.methods.length - 1 ? concat(cursor.comma(), space) : '')
  })
  const template = cursor.literal()
  const clauses: Document[] = []
  if (route.query !== null) clauses.push(concat(cursor.emit('query'), space, printFields(cursor, route.query, false)))
  if (route.body !== null) clauses.push(printBody(cursor, route.body))
  const labels = printLabels(cursor, route.labels)
  if (labels !== null) clauses.push(labels)
  return { cells: [name, methods.length === 0 ? '' : sequence(methods), template], clauses }
}

function readOperation(cursor: Cursor, { name, labels }: OperationDeclaration): Pick<Entry, 'cells' | 'clauses'> {
  const printed = cursor.emit(name.text)
  const clause = printLabels(cursor, labels)
  return { cells: [printed, '', ''], clauses: clause === null ? [] : [clause] }
}

function printBody(cursor: Cursor, body: BodyNode): Document {
  const keyword = concat(cursor.emit('body'), space)
  if (body.kind === 'TypedBody') return concat(keyword, printType(cursor, body.type))
  return concat(keyword, cursor.emit('schema'), space, cursor.literal())
}

function printLabels(cursor: Cursor, labels: Parameters<typeof printNames>[1]): Document | null {
  return labels.length === 0 ? null : concat(cursor.emit('is'), space, printNames(cursor, labels))
}

/** Aligns the routes between two empty lines. */
function layOut(entries: readonly Entry[]): Document[] {
  const parts: Document[] = []
  for (let from = 0; from < entries.length; ) {
    let to = from + 1
    while (to < entries.length && !(entries[to] as Entry).lead.blank) to += 1
    for (const part of layOutBlock(entries.slice(from, to))) parts.push(part)
    from = to
  }
  return parts
}

const ROOM = WIDTH - 2

function layOutBlock(entries: readonly Entry[]): Document[] {
  const rows = entries.map(({ cells, clauses }): ColumnRow => [...cells, clauses.length === 0 ? '' : spaced(clauses)])
  // Two spaces after the template show where the path ends.
  const columns = inColumns(rows, [1, 1, 2], (width) => width <= ROOM)
  return entries.map((entry, at) => {
    const { lead, annotations, cells, clauses } = entry
    const row = columns[at] as Document
    const fitting = (flatWidth(row) ?? ROOM + 1) <= ROOM
    // A line that only alignment makes too long is printed unaligned.
    const alone = rowWidth(rows[at] as ColumnRow) ?? ROOM + 1
    const shown = fitting ? row : alone <= ROOM ? spaced(rows[at] as ColumnRow) : broken(cells, clauses)
    return concat(lead.document, annotations, shown)
  })
}

/** Prints a route's clauses one per line. */
function broken(cells: ColumnRow, clauses: readonly Document[]): Document {
  return concat(spaced(cells), indent(sequence(clauses.flatMap((clause) => [hardLine, clause]))))
}

function spaced(parts: readonly Document[]): Document {
  return sequence(parts.filter((part) => part !== '').flatMap((part, at) => (at === 0 ? [part] : [space, part])))
}
