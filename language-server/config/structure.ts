/** Features that need a configuration alone: symbols, folding, links of file names. */
import { type DocumentLink, type DocumentSymbol, type FoldingRange, SymbolKind } from 'vscode-languageserver-types'
import { placeOf, rangeOf } from '../text/positions.ts'
import { folderOf, pathFrom } from '../workspace/files.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { ConfigFile } from './config-files.ts'
import { type ConfigNode, nodesOf, wholeOf } from './config-tree.ts'
import { isPath } from './schema.ts'

const KINDS: Readonly<Record<ConfigNode['kind'], SymbolKind>> = {
  map: SymbolKind.Object,
  list: SymbolKind.Array,
  scalar: SymbolKind.String,
  empty: SymbolKind.Null,
}

export function configSymbolsOf({ tree }: ConfigFile): DocumentSymbol[] {
  return tree.children.map(symbolOf)
}

/** The values of scalars are left out: a configuration that has a secret in a wrong place must not show it elsewhere. */
function symbolOf(node: ConfigNode): DocumentSymbol {
  const last = node.path.at(-1)
  // Editors refuse an empty name.
  const name = typeof last === 'number' ? `[${last}]` : last || '""'
  return {
    name,
    kind: KINDS[node.kind],
    range: rangeOf(wholeOf(node)),
    selectionRange: rangeOf(node.key ?? node.value),
    children: node.children.map(symbolOf),
  }
}

export function configFoldingOf({ tree, source }: ConfigFile): FoldingRange[] {
  return [...nodesOf(tree)].flatMap((node) => {
    const { start, end } = wholeOf(node)
    const [startLine, endLine] = [placeOf(source, start).line, placeOf(source, end).line]
    return node.path.length > 0 && endLine > startLine && node.children.length > 0 ? [{ startLine, endLine }] : []
  })
}

/** Links of files; not of folders, which editors do not open, and not of URLs, which they find themselves. */
export function configLinksOf(workspace: Workspace, { path, tree }: ConfigFile): DocumentLink[] {
  return [...nodesOf(tree)].flatMap(({ schema, kind, text, value }) => {
    const isFile = schema !== null && isPath(schema) && kind === 'scalar' && /\.[^./\\]+$/.test(text) && !text.includes('://')
    if (!isFile) return []
    const target = pathFrom(folderOf(path), text)
    return [{ range: rangeOf(value), target: workspace.uriOfPath(target), tooltip: target }]
  })
}
