/** Prints tests and fixtures: one part per line. */
import type {
  FixtureDeclaration,
  JsonFile,
  JsonNode,
  Name,
  Placeholder,
  PropertyDeclaration,
  RequestParts,
  TestDeclaration,
} from '../syntax/ast.ts'
import type { Cursor } from './cursor.ts'
import { align, concat, type Document, group, hardLine, indent, line, space } from './document.ts'
import { printCases } from './print-cases.ts'
import { printHead } from './print-declaration.ts'
import { printExpression } from './print-expression.ts'
import { printJson, printJsonObject } from './print-json.ts'
import { printTargets } from './print-rule.ts'

export function printFixture(cursor: Cursor, fixture: FixtureDeclaration): Document {
  const head = concat(printHead(cursor, 'fixture', fixture.name), space, cursor.emit('{'))
  const parts = new Parts(cursor)
  parts.ofRequest(fixture)
  return parts.inBraces(head)
}

export function printTest(cursor: Cursor, test: TestDeclaration): Document {
  const { given, cases } = test
  const head = concat(cursor.emit('test'), space, cursor.literal(), space, cursor.emit('{'))
  const parts = new Parts(cursor)
  if (given.length > 0) parts.add(() => printSeveral(cursor, 'given', () => cursor.literal()))
  parts.ofRequest(test)
  parts.add(() => printExpect(cursor, test))
  if (cases !== null) parts.add(() => printCases(cursor, cases))
  return parts.inBraces(head)
}

export function printProperty(cursor: Cursor, { on, except, condition, expect }: PropertyDeclaration): Document {
  const head = concat(cursor.emit('test'), space, cursor.literal(), space, cursor.emit('{'))
  const parts = new Parts(cursor)
  parts.add(() => concat(...words(cursor, 'for', 'any', 'request')))
  parts.add(() => concat(cursor.emit('on'), space, printTargets(cursor, on)))
  if (except.length > 0) parts.add(() => concat(cursor.emit('except'), space, printTargets(cursor, except)))
  if (condition !== null) parts.add(() => concat(cursor.emit('when'), space, align(printExpression(cursor, condition))))
  parts.add(() => concat(...words(cursor, 'expect', expect.effect)))
  return parts.inBraces(head)
}

/** The parts of a test or a fixture, each on its own line. */
class Parts {
  private readonly cursor: Cursor
  private readonly parts: Document[] = []

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  add(print: () => Document): void {
    const lead = this.cursor.lead(this.parts.length === 0 ? 'first' : 'next')
    this.parts.push(concat(lead.document, print()))
  }

  ofRequest(request: RequestParts): void {
    const { cursor, parts } = this
    const { caller, authenticated, method, body, data, mtls, at, from } = request
    if (caller !== null) this.add(() => printAs(cursor, caller))
    if (authenticated !== null) this.add(() => printAuthenticated(cursor, authenticated.by))
    if (method !== null) this.add(() => printRequest(cursor, method, body))
    while (cursor.peek() === 'header') this.add(() => printHeaders(cursor))
    for (const { name, value } of data)
      this.add(() => concat(cursor.emit('data'), space, cursor.emit(name.text), ...printValue(cursor, value)))
    if (mtls !== null) this.add(() => concat(cursor.emit('mtls'), space, printJsonObject(cursor, mtls)))
    if (at !== null)
      this.add(() => concat(...words(cursor, 'at', 'timestamp'), cursor.emit('('), cursor.literal(), cursor.emit(')')))
    if (from === null) return
    const lead = cursor.lead(parts.length === 0 ? 'first' : 'next')
    const near = at !== null && lead.bare && !lead.blank
    parts.push(near ? space : lead.document, cursor.emit('from'), space, cursor.literal())
  }

  inBraces(head: Document): Document {
    const end = this.cursor.lead('end')
    return concat(head, indent(concat(...this.parts, end.document)), hardLine, this.cursor.emit('}'))
  }
}

function printAs(cursor: Cursor, caller: NonNullable<RequestParts['caller']>): Document {
  if (caller === 'anonymous') return concat(...words(cursor, 'as', 'anonymous'))
  const { identity, claims } = caller
  return concat(...words(cursor, 'as', nameOrPlaceholder(identity)), space, printJsonOrFile(cursor, claims))
}

function nameOrPlaceholder(node: Name | Placeholder): string {
  return node.kind === 'Name' ? node.text : `$${node.name}`
}

function printAuthenticated(cursor: Cursor, by: NonNullable<RequestParts['authenticated']>['by']): Document {
  const parts: Document[] = [cursor.emit('authenticated'), space]
  if (by !== null) {
    parts.push(cursor.emit('by'), space, cursor.emit(by === 'mfa' ? 'mfa' : 'acr'), space)
    if (by !== 'mfa') parts.push(cursor.literal(), space)
  }
  return concat(...parts, cursor.literal(), space, cursor.emit('ago'))
}

function printRequest(cursor: Cursor, method: NonNullable<RequestParts['method']>, body: RequestParts['body']): Document {
  const line = [method.kind === 'Name' ? cursor.emit(method.text) : cursor.literal(), space, cursor.literal()]
  if (body === null) return concat(...line)
  if (body.kind === 'JsonFile') line.push(space, cursor.emit('body'))
  if (body.kind === 'Text') return concat(...line, space, cursor.emit('body'), space, cursor.literal())
  return concat(...line, space, printJsonOrFile(cursor, body))
}

/** `{ sub: "mia" }` or `from "./mia.json"` */
function printJsonOrFile(cursor: Cursor, value: JsonNode | JsonFile): Document {
  return value.kind === 'JsonFile' ? concat(cursor.emit('from'), space, cursor.literal()) : printJson(cursor, value)
}

/** `: ["eve"]`, ` from "./blocked.json"` or ` missing` */
function printValue(cursor: Cursor, value: RequestParts['data'][number]['value']): Document[] {
  if (value === null) return [space, cursor.emit('missing')]
  return value.kind === 'JsonFile' ? [space, printJsonOrFile(cursor, value)] : [cursor.emit(':'), space, printJson(cursor, value)]
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
