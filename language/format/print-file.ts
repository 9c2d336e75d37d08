/** Prints a file: imports and declarations in written order. */
import type { Declaration, File, Import, RoleDeclaration } from '../syntax/ast.ts'
import { type ColumnRow, inColumns, rowWidth } from './columns.ts'
import type { Cursor, Lead } from './cursor.ts'
import { concat, type Document, hardLine, indent, sequence, space, WIDTH } from './document.ts'
import {
  printAnnotations,
  printData,
  printDef,
  printIdentity,
  printImport,
  printLabel,
  printTypeDeclaration,
  readRole,
} from './print-declaration.ts'
import { flatWidth } from './print-document.ts'
import { printInvariant, printRule } from './print-rule.ts'
import { printService } from './print-service.ts'
import { printFixture, printProperty, printTest } from './print-test.ts'

type Item = Import | Declaration

/** Declarations that an empty line always separates from others. */
const apart: ReadonlySet<Item['kind']> = new Set([
  'IdentityDeclaration',
  'ServiceDeclaration',
  'RuleDeclaration',
  'InvariantDeclaration',
  'FixtureDeclaration',
  'PropertyDeclaration',
  'TestDeclaration',
])

export function printFile(cursor: Cursor, { imports, declarations }: File): Document {
  const items: Item[] = [...imports, ...declarations].sort((a, b) => a.span.start - b.span.start)
  const parts: Document[] = []
  /** Adjacent roles without an empty line between them. */
  let roles: { readonly lead: Lead; readonly annotations: Document; readonly row: ColumnRow }[] = []
  const endRoles = () => {
    for (const part of layOutRoles(roles)) parts.push(part)
    roles = []
  }
  for (const [at, item] of items.entries()) {
    const before = items[at - 1]
    const parted = before !== undefined && (before.kind !== item.kind || apart.has(item.kind))
    const lead = cursor.lead(before === undefined ? 'first' : parted ? 'blank' : 'next')
    if (lead.blank || item.kind !== 'RoleDeclaration') endRoles()
    const annotations = item.kind === 'Import' ? '' : printAnnotations(cursor, item.annotations)
    if (item.kind === 'RoleDeclaration') roles.push({ lead, annotations, row: readRole(cursor, item) })
    else parts.push(concat(lead.document, annotations, printItem(cursor, item)))
  }
  endRoles()
  return sequence([...parts, cursor.lead('end').document])
}

function printItem(cursor: Cursor, item: Exclude<Item, RoleDeclaration>): Document {
  switch (item.kind) {
    case 'Import':
      return printImport(cursor, item)
    case 'TypeDeclaration':
      return printTypeDeclaration(cursor, item)
    case 'IdentityDeclaration':
      return printIdentity(cursor, item)
    case 'LabelDeclaration':
      return printLabel(cursor, item)
    case 'DataDeclaration':
      return printData(cursor, item)
    case 'DefDeclaration':
      return printDef(cursor, item)
    case 'ServiceDeclaration':
      return printService(cursor, item)
    case 'RuleDeclaration':
      return printRule(cursor, item)
    case 'InvariantDeclaration':
      return printInvariant(cursor, item)
    case 'FixtureDeclaration':
      return printFixture(cursor, item)
    case 'PropertyDeclaration':
      return printProperty(cursor, item)
    case 'TestDeclaration':
      return printTest(cursor, item)
  }
}

/** Aligns roles in columns; a too long one has its condition on the next line. */
function layOutRoles(
  roles: readonly { readonly lead: Lead; readonly annotations: Document; readonly row: ColumnRow }[],
): Document[] {
  const rows = inColumns(
    roles.map(({ row }) => row),
    [1, 1],
    (width) => width <= WIDTH,
  )
  return roles.map(({ lead, annotations, row }, at) => {
    const inColumns = rows[at] as Document
    const [head = '', identities = '', condition = ''] = row
    const fitting = (flatWidth(inColumns) ?? WIDTH + 1) <= WIDTH
    const alone = (rowWidth(row) ?? WIDTH + 1) <= WIDTH
    const short = concat(head, space, identities)
    const printed = fitting
      ? inColumns
      : alone
        ? concat(short, space, condition)
        : concat(short, condition === '' ? '' : indent(concat(hardLine, condition)))
    return concat(lead.document, annotations, printed)
  })
}
