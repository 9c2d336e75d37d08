import type { Location } from 'vscode-languageserver-types'
import type { PolicySymbol } from '../symbols/symbol.ts'
import { rangeOf } from '../text/positions.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { ConfigFile } from './config-files.ts'

/** Returns the places of names in configurations that stand for any of some symbols. */
export function nameLocations(
  workspace: Workspace,
  configs: readonly ConfigFile[],
  symbols: readonly PolicySymbol[],
  entriesOnly = false,
): Location[] {
  const keys = new Set(symbols.map(({ key }) => key))
  return configs.flatMap(({ path, names }) =>
    names
      .filter(({ symbol, isEntry }) => keys.has(symbol.key) && (isEntry || !entriesOnly))
      .map(({ span }) => ({ uri: workspace.uriOfPath(path), range: rangeOf(span) })),
  )
}
