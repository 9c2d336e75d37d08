/** Prints JSON in tests. */
import type { JsonNode, JsonObject } from '../syntax/ast.ts'
import type { Cursor } from './cursor.ts'
import { concat, type Document, line, space } from './document.ts'
import { type Bracketed, betweenBrackets, bracketed, readBracketed } from './print-expression.ts'

export function printJson(cursor: Cursor, node: JsonNode): Document {
  switch (node.kind) {
    case 'JsonObject':
      return printJsonObject(cursor, node)
    case 'JsonArray':
      return bracketed(cursor, '[', node.elements, (element) => printJson(cursor, element), ']')
    case 'JsonScalar':
      return concat(cursor.peek() === '-' ? cursor.emit('-') : '', cursor.literal())
    case 'Placeholder':
      return cursor.emit(`$${node.name}`)
  }
}

/** Prints an object: `{ sub: "ann", level: 4 }`. */
export function printJsonObject(cursor: Cursor, object: JsonObject): Document {
  return betweenBrackets(readJsonObject(cursor, object), line)
}

/** Returns the printed parts of a JSON object: brackets and members. */
export function readJsonObject(cursor: Cursor, { members }: JsonObject): Bracketed {
  const print = ({ key, value }: JsonObject['members'][number]) =>
    concat(key.kind === 'Name' ? cursor.emit(key.text) : cursor.literal(), cursor.emit(':'), space, printJson(cursor, value))
  return readBracketed(cursor, '{', members, print, '}')
}
