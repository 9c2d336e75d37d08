/** Prints what all declarations share, and short declarations. */
import type {
  Annotation,
  DataDeclaration,
  DefDeclaration,
  IdentityDeclaration,
  Import,
  LabelDeclaration,
  Name,
  RoleDeclaration,
  TypeDeclaration,
} from '../syntax/ast.ts'
import type { ColumnRow } from './columns.ts'
import type { Cursor } from './cursor.ts'
import { align, concat, type Document, group, indent, line, sequence, softLine, space } from './document.ts'
import { bracketed, printExpression } from './print-expression.ts'
import { printFields, printType } from './print-type.ts'
import { printNames } from './print-words.ts'

/** Prints annotations, each on its own line. */
export function printAnnotations(cursor: Cursor, annotations: readonly Annotation[]): Document {
  return concat(
    ...annotations.map(({ name }) => {
      const head = concat(cursor.emit('@'), cursor.emit(name.text), cursor.emit('('))
      return concat(head, cursor.literal(), cursor.emit(')'), cursor.lead('tight').document)
    }),
  )
}

/** Prints the head of a declaration: `role support`. */
export function printHead(cursor: Cursor, keyword: string, name: Name): Document {
  // After a comment the name begins a line, where it could be read as a keyword without the indent.
  return concat(cursor.emit(keyword), indent(concat(space, cursor.emit(name.text))))
}

/** Prints an import: `import { a, b } from "./x.iap"`. */
export function printImport(cursor: Cursor, { names }: Import): Document {
  const keyword = concat(cursor.emit('import'), space)
  const list = bracketed(cursor, '{', names, (name) => cursor.emit(name.text), '}', line)
  return concat(keyword, list, space, cursor.emit('from'), space, cursor.literal())
}

export function printTypeDeclaration(cursor: Cursor, { name, type }: TypeDeclaration): Document {
  const head = printHead(cursor, 'type', name)
  return concat(head, space, cursor.emit('='), space, printType(cursor, type))
}

export function printIdentity(cursor: Cursor, { name, methods, claims }: IdentityDeclaration): Document {
  const head = printHead(cursor, 'identity', name)
  const via = concat(space, cursor.emit('via'), space, printNames(cursor, methods))
  // Empty braces mean the same as no claims.
  if (claims.length === 0 && cursor.peek() !== '{') return concat(head, via)
  return concat(head, via, space, printFields(cursor, claims, false))
}

/** Returns the cells of a role for an aligned table: its name, its identities, and its condition or an empty text. */
export function readRole(cursor: Cursor, { name, of, when }: RoleDeclaration): ColumnRow {
  const head = printHead(cursor, 'role', name)
  const identities = concat(cursor.emit('of'), space, printNames(cursor, of))
  if (when === null) return [head, identities, '']
  return [head, identities, concat(cursor.emit('when'), space, align(printExpression(cursor, when)))]
}

export function printLabel(cursor: Cursor, { name }: LabelDeclaration): Document {
  return printHead(cursor, 'label', name)
}

export function printData(cursor: Cursor, { name, type }: DataDeclaration): Document {
  const head = printHead(cursor, 'data', name)
  return concat(head, cursor.emit(':'), space, printType(cursor, type))
}

/** Prints a def: `def owns(order: string): bool = …`. */
export function printDef(cursor: Cursor, { name, params, result, body }: DefDeclaration): Document {
  const head = concat(printHead(cursor, 'def', name), cursor.emit('('))
  const parts = params.map((param, at) => {
    const printed = concat(cursor.emit(param.name.text), cursor.emit(':'), space, printType(cursor, param.type))
    return concat(at === 0 ? softLine : line, printed, at < params.length - 1 ? cursor.comma() : '')
  })
  const close = cursor.close(')')
  const list = group(concat(indent(sequence([...parts, close.comments])), softLine, close.text))
  const type = concat(cursor.emit(':'), space, printType(cursor, result), space, cursor.emit('='))
  return concat(head, list, type, group(indent(concat(line, printExpression(cursor, body)))))
}
