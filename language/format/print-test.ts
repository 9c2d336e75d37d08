/** Prints tests: one part per line. */
import type { Name, Placeholder, TestDeclaration } from '../syntax/ast.ts'
import type { Cursor } from './cursor.ts'
import { concat, type Document, group, hardLine, indent, line, space } from './document.ts'
import { printCases } from './print-cases.ts'
import { printJson, printJsonObject } from './print-json.ts'

export function printTest(cursor: Cursor, test: TestDeclaration): Document {
  const head = concat(cursor.emit('test'), space, cursor.literal(), space, cursor.emit('{'))
  const parts: Document[] = []
  const part = (print: () => Document) => {
    const lead = cursor.lead(parts.length === 0 ? 'first' : 'next')
    parts.push(concat(lead.document, print()))
  }
  if (cursor.peek() === 'as') part(() => printAs(cursor, test))
  if (test.authenticated !== null) part(() => printAuthenticated(cursor, test.authenticated?.by ?? null))
  part(() => printRequest(cursor, test))
  while (cursor.peek() === 'header') part(() => printHeaders(cursor))
  for (const { name, value } of test.data) {
    part(() => concat(cursor.emit('data'), space, cursor.emit(name.text), ...printValue(cursor, value)))
  }
  const { mtls, at, from, cases } = test
  if (mtls !== null) part(() => concat(cursor.emit('mtls'), space, printJsonObject(cursor, mtls)))
  if (at !== null) part(() => concat(...words(cursor, 'at', 'timestamp'), cursor.emit('('), cursor.literal(), cursor.emit(')')))
  if (from !== null) {
    const lead = cursor.lead(parts.length === 0 ? 'first' : 'next')
    const near = at !== null && lead.bare && !lead.blank
    parts.push(near ? space : lead.document, cursor.emit('from'), space, cursor.literal())
  }
  part(() => printExpect(cursor, test))
  if (cases !== null) part(() => printCases(cursor, cases))
  const end = cursor.lead('end')
  return concat(head, indent(concat(...parts, end.document)), hardLine, cursor.emit('}'))
}

function printAs(cursor: Cursor, { caller }: TestDeclaration): Document {
  if (caller === null) return concat(...words(cursor, 'as', 'anonymous'))
  const { identity, claims } = caller
  return concat(...words(cursor, 'as', nameOrPlaceholder(identity)), space, printJson(cursor, claims))
}

function nameOrPlaceholder(node: Name | Placeholder): string {
  return node.kind === 'Name' ? node.text : `$${node.name}`
}

function printAuthenticated(cursor: Cursor, by: NonNullable<TestDeclaration['authenticated']>['by']): Document {
  const parts: Document[] = [cursor.emit('authenticated'), space]
  if (by !== null) {
    parts.push(cursor.emit('by'), space, cursor.emit(by === 'mfa' ? 'mfa' : 'acr'), space)
    if (by !== 'mfa') parts.push(cursor.literal(), space)
  }
  return concat(...parts, cursor.literal(), space, cursor.emit('ago'))
}

function printRequest(cursor: Cursor, { method, body }: TestDeclaration): Document {
  const line = [method.kind === 'Name' ? cursor.emit(method.text) : cursor.literal(), space, cursor.literal()]
  if (body === null) return concat(...line)
  if (body.kind === 'Text') return concat(...line, space, cursor.emit('body'), space, cursor.literal())
  return concat(...line, space, printJson(cursor, body))
}

/** `: ["eve"]` or ` missing` */
function printValue(cursor: Cursor, value: TestDeclaration['data'][number]['value']): Document[] {
  return value === null ? [space, cursor.emit('missing')] : [cursor.emit(':'), space, printJson(cursor, value)]
}

/** `header "a": "x", "b": $y` */
function printHeaders(cursor: Cursor): Document {
  return printSeveral(cursor, 'header', () => concat(cursor.literal(), cursor.emit(':'), space, cursor.literal()))
}

function printSeveral(cursor: Cursor, keyword: string, print: () => Document): Document {
  const parts: Document[] = [cursor.emit(keyword), space, print()]
  while (cursor.atComma()) parts.push(cursor.comma(), space, print())
  return concat(...parts)
}

function printExpect(cursor: Cursor, { expect }: TestDeclaration): Document {
  const parts: Document[] = [...words(cursor, 'expect'), space, cursor.literal()]
  if (expect.status !== null) parts.push(space, cursor.literal())
  if (expect.by !== null) parts.push(space, ...words(cursor, 'by', nameOrPlaceholder(expect.by)))
  const obligations: Document[] = []
  for (let word = cursor.peek(); word === 'header' || word === 'limit' || word === 'shadow'; word = cursor.peek()) {
    const before = cursor.comments()
    const print =
      word === 'header' ? () => printHeaders(cursor) : () => printSeveral(cursor, word as string, () => cursor.literal())
    obligations.push(line, before, print())
  }
  return group(concat(...parts, indent(concat(...obligations))))
}

function words(cursor: Cursor, ...all: readonly string[]): Document[] {
  return all.flatMap((word, at) => (at === 0 ? [cursor.emit(word)] : [space, cursor.emit(word)]))
}
