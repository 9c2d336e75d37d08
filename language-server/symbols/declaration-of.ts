import type { File, Named } from '../../language/index.ts'
import type { Project } from '../workspace/project.ts'
import { type PolicySymbol, symbolOf } from './symbol.ts'

/** Returns the declaration for which a name in a file stands; null for claims, routes, variables, and names of the language. */
export function declarationOf({ facts }: Project, file: File, { kind, key }: PolicySymbol): Named | null {
  const name = key.slice(Math.max(kind.length, key.lastIndexOf('#')) + 1)
  const isIt = (one: Named) => one.name.text === name && symbolOf(one).key === key
  const visible = facts.find(file, name)
  if (visible !== null && isIt(visible)) return visible
  // Tests name rules of other files without an import.
  return facts.declarations.find(isIt) ?? null
}
