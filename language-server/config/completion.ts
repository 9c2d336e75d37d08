import { type CompletionItem, CompletionItemKind, InsertTextMode, MarkupKind } from 'vscode-languageserver-types'
import type { Source } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { kindAt, namesOf } from './bound-names.ts'
import type { ConfigFile } from './config-files.ts'
import { type ConfigNode, nodesOf, parseConfig } from './config-tree.ts'
import { documentationOf } from './hover.ts'
import { isObject, type Schema, schemaOf, valuesOf } from './schema.ts'
import { columnOf, stubOf } from './stubs.ts'

/** Stands for the word at the cursor, so that the text around it can be parsed. */
const CURSOR = 'iap_cursor_5f1c'

/** The word at an offset, and what its line has around it. */
interface Slot {
  readonly source: Source
  readonly start: number
  readonly end: number
  /** Whether nothing but spaces and the dashes of lists is before it. */
  readonly isFirst: boolean
  /** Whether a colon follows. */
  readonly hasColon: boolean
}

/** Returns keys and values that can be at an offset, and names of the policy. */
export function configCompletionAt(workspace: Workspace, config: ConfigFile, offset: number): CompletionItem[] {
  const slot = slotAt(config.source, offset)
  const { text, name } = config.source
  const colon = slot.isFirst && !slot.hasColon ? ':' : ''
  const tree = parseConfig({ name, text: `${text.slice(0, slot.start)}${CURSOR}${colon}${text.slice(slot.end)}` })
  const path = pathToCursor(tree)
  const [node, parent] = [path.at(-1), path.at(-2)]
  if (node === undefined) return []
  const isKey = node.path.at(-1) === CURSOR
  const schema = isKey ? (parent?.schema ?? null) : node.schema
  if (schema === null) return []
  const where = isKey && parent !== undefined ? parent.path : node.path
  if (isObject(schema)) {
    if (!isKey) return []
    return [...keys(schema, parent?.children ?? [], slot), ...names(workspace, config, where, parent?.children ?? [], slot)]
  }
  const element = schemaOf(schema, 0)
  if (isKey && slot.isFirst && element !== null && isObject(element)) return elements(element, slot)
  // A value alone on its line, or the first in a list, was parsed as a key.
  return [...valuesOf(schema).map((value) => valueItem(value, schema, slot)), ...mentions(workspace, config, where, slot)]
}

function slotAt(source: Source, offset: number): Slot {
  const { text } = source
  let start = offset
  // A pattern that ends at the cursor would take the square of the length of a line, such as a certificate.
  while (start > 0 && /[\w$.-]/.test(text.charAt(start - 1))) start -= 1
  while (start < offset && text[start] === '-') start += 1
  const end = offset + (/^[\w$.-]*/.exec(text.slice(offset))?.[0].length ?? 0)
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  return { source, start, end, isFirst: /^[\s-]*$/.test(line), hasColon: /^[ \t]*:(?:\s|$)/.test(text.slice(end)) }
}

/** Returns the nodes that lead to the cursor, the root first; empty if it is in a comment or a longer text. */
function pathToCursor(tree: ConfigNode): readonly ConfigNode[] {
  for (const node of nodesOf(tree)) {
    if (node.path.at(-1) !== CURSOR && node.text !== CURSOR) continue
    const path = [tree]
    for (const step of node.path) {
      const next = path.at(-1)?.children.find((child) => child.path.at(-1) === step)
      if (next !== undefined) path.push(next)
    }
    return path
  }
  return []
}

function keys({ properties = {}, required = [] }: Schema, present: readonly ConfigNode[], slot: Slot): CompletionItem[] {
  const taken = new Set(present.map(({ path }) => path.at(-1)))
  return Object.keys(properties).flatMap((name) => {
    const schema = schemaOf({ properties }, name)
    if (schema === null || taken.has(name)) return []
    return [
      {
        ...item(name, CompletionItemKind.Property, `${name}${slot.hasColon ? '' : afterKey(schema, slot)}`, slot),
        detail: required.includes(name) ? `${schema['x-expected'] ?? ''} (required)` : (schema['x-expected'] ?? ''),
        documentation: { kind: MarkupKind.Markdown, value: documentationOf(schema, null) },
        sortText: `${required.includes(name) ? 0 : name.startsWith('$') ? 2 : 1}${name}`,
      },
    ]
  })
}

/** The first keys of the elements of a list, each with its dash. */
function elements(schema: Schema, slot: Slot): CompletionItem[] {
  return keys(schema, [], slot).map((one) => ({
    ...one,
    label: `- ${one.label}`,
    ...(one.textEdit && { textEdit: { ...one.textEdit, newText: `- ${one.textEdit.newText.replaceAll('\n', '\n  ')}` } }),
  }))
}

/** What follows a key: its value on the same line, or indented on the next one. */
function afterKey(schema: Schema, { source, start, isFirst }: Slot): string {
  if (!isFirst) return ': '
  const indent = ' '.repeat(columnOf(source.text, start) + 2)
  if (isObject(schema)) return `:\n${indent}`
  return schema.type === 'array' && schema.items !== undefined && isObject(schemaOf(schema, 0) ?? {}) ? `:\n${indent}- ` : ': '
}

/** Names of the policy that the section lacks, each with what it needs at least. */
function names(
  workspace: Workspace,
  config: ConfigFile,
  path: ConfigNode['path'],
  present: readonly ConfigNode[],
  slot: Slot,
): CompletionItem[] {
  const [kind] = path
  if (path.length !== 1 || (kind !== 'identities' && kind !== 'services' && kind !== 'data')) return []
  const policy = namesOf(workspace.configs.policiesOf(config))
  const taken = new Set(present.map((node) => node.path.at(-1)))
  const indent = ' '.repeat(columnOf(slot.source.text, slot.start) + 2)
  return policy[kind]
    .filter(({ name }) => !taken.has(name))
    .map(({ name }) => {
      const lines = stubOf(kind, name, policy)
      const stub = slot.isFirst ? `:${lines.map((line) => `\n${indent}${line}`).join('')}` : `: { ${lines.join(', ')} }`
      return {
        ...item(name, CompletionItemKind.Module, `${name}${slot.hasColon ? '' : stub}`, slot),
        detail: 'declared by the policy',
      }
    })
}

/** Names of the policy in a list of services or labels. */
function mentions(workspace: Workspace, config: ConfigFile, path: ConfigNode['path'], slot: Slot): CompletionItem[] {
  const kind = kindAt(path)
  if (kind === null) return []
  const prefix = `${kind} `
  const declared = workspace.configs.policiesOf(config).flatMap((one) => [...one.declared.keys()])
  return declared
    .filter((key) => key.startsWith(prefix))
    .map((key) => item(key.slice(prefix.length), CompletionItemKind.Reference, key.slice(prefix.length), slot))
}

function valueItem(value: string, schema: Schema, slot: Slot): CompletionItem {
  // Without quotes it would be a number.
  const isText = schema.type === 'string' && /^[\d.]+$/.test(value)
  const isDefault = String(schema.default) === value
  return {
    ...item(value, CompletionItemKind.Value, isText ? `"${value}"` : value, slot),
    ...(isDefault ? { detail: 'default' } : {}),
    documentation: { kind: MarkupKind.Markdown, value: documentationOf(schema, null) },
  }
}

function item(label: string, kind: CompletionItemKind, newText: string, { source, start, end }: Slot): CompletionItem {
  // The indentation is in the text.
  return { label, kind, insertTextMode: InsertTextMode.asIs, textEdit: { range: rangeOf({ source, start, end }), newText } }
}
