import { type Hover, MarkupKind } from 'vscode-languageserver-types'
import { aboutDeclaration } from '../features/hover.ts'
import { rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { declarationOf } from './bound-names.ts'
import type { ConfigFile } from './config-files.ts'
import { nodeAt } from './config-tree.ts'
import type { Schema } from './schema.ts'

/** Returns what a key or value of a configuration means; of a name of the policy, its declaration. */
export function configHoverAt(workspace: Workspace, config: ConfigFile, offset: number): Hover | null {
  const node = nodeAt(config.tree, offset)
  if (node === null) return null
  const { key, value, schema, path } = node
  const isKey = key !== null && key.start <= offset && offset <= key.end
  const parts: string[] = []
  const name = config.names.find(({ span }) => span === (isKey ? key : value))
  if (name !== undefined) {
    const found = declarationOf(workspace.configs.policiesOf(config), name.symbol)
    if (found !== null) parts.push(...aboutDeclaration(found.policies.project, found.declaration))
  }
  const last = path.at(-1)
  if (schema !== null) parts.push(documentationOf(schema, typeof last === 'string' && name === undefined ? last : null))
  if (parts.length === 0) return null
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') }, range: rangeOf(isKey ? key : value) }
}

/** Returns the description of a key with what is expected and its default, as Markdown. */
export function documentationOf(schema: Schema, name: string | null): string {
  const { description, default: preset, 'x-expected': expected } = schema
  const parts = [name === null ? '' : `**${name}**`, description ?? '']
  if (expected !== undefined) parts.push(`Expected: ${expected}.`)
  if (preset !== undefined) parts.push(`Default: \`${typeof preset === 'string' ? preset : JSON.stringify(preset)}\`.`)
  return parts.filter((part) => part !== '').join('\n\n')
}
