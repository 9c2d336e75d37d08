import type { Identifier, Pattern } from 'acorn'
import { foreign, shown } from '../violation.ts'
import { FUNCTIONS } from './names.ts'

export type LocalKind = 'parameter' | 'variable' | 'constant' | 'key' | 'counter'

const PARAMETERS = ['data', 'instancePath', 'parentData', 'parentDataProperty', 'rootData', 'dynamicAnchors']
const RESERVED: ReadonlySet<string> = new Set([
  'abi',
  'exports',
  'Object',
  'Array',
  'RegExp',
  'Set',
  'undefined',
  'eval',
  'arguments',
  ...Object.keys(FUNCTIONS),
])

/** The names of one function of ajv, which declares none twice with two meanings: blocks do not matter. */
export class Locals {
  readonly #names = new Map<string, LocalKind>(PARAMETERS.map((name) => [name, 'parameter']))
  readonly #outer: (name: string) => boolean

  /** @param outer whether the check has that name already */
  constructor(outer: (name: string) => boolean) {
    this.#outer = outer
  }

  declare(pattern: Pattern, kind: LocalKind): void {
    const { name } = nameIn(pattern)
    if (RESERVED.has(name) || PARAMETERS.includes(name) || this.#outer(name))
      foreign('name', pattern, `${shown(name)} is declared anew`)
    this.#names.set(name, kind)
  }

  kindOf(name: string): LocalKind | null {
    return this.#names.get(name) ?? null
  }
}

export function nameIn(pattern: Pattern): Identifier {
  if (pattern.type !== 'Identifier') return foreign('declaration', pattern, 'what is declared is no name')
  return plain(pattern)
}

/** Written as it is. */
export function plain(node: Identifier): Identifier {
  if (node.end - node.start !== node.name.length) foreign('name', node, 'a name is not written in plain letters')
  return node
}
