/** Prints lists of names, requirements and periods. */
import type { Name, Requirement, Text } from '../syntax/ast.ts'
import type { Cursor } from './cursor.ts'
import { align, concat, type Document, group, join, line, sequence, space } from './document.ts'

/** Prints items with commas, on one line or aligned one per line. */
export function printList<T>(cursor: Cursor, items: readonly T[], print: (item: T) => Document): Document {
  const parts = items.map((item, at) => concat(print(item), at < items.length - 1 ? cursor.comma() : ''))
  return group(align(join(line, parts)))
}

export function printNames(cursor: Cursor, names: readonly Name[]): Document {
  return printList(cursor, names, (name) => cursor.emit(name.text))
}

export function printTexts(cursor: Cursor, texts: readonly Text[]): Document {
  return printList(cursor, texts, () => cursor.literal())
}

/** Prints a requirement: `mfa within 10m`, `acr "gold" | "silver"`. */
export function printRequirement(cursor: Cursor, { what, values, within }: Requirement): Document {
  const parts: Document[] = [cursor.emit(what)]
  for (const [at] of values.entries()) parts.push(space, ...(at === 0 ? [] : [cursor.emit('|'), space]), cursor.literal())
  if (within !== null) parts.push(space, cursor.emit('within'), space, cursor.literal())
  return sequence(parts)
}
