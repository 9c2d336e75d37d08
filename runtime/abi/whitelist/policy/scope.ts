/** Names within one function of `policy.js`. Those of the module hold a `$`, and these never do, so that none hides another. */
import type { Identifier, Pattern } from 'acorn'
import { CONSTRUCTORS, VALUES } from '../names.ts'
import { foreign, shown } from '../violation.ts'

/** `list`: a constant that is an array literal. `counter`: of a `for`, a whole number to which nothing else is assigned. */
export type LocalKind = 'parameter' | 'let' | 'const' | 'list' | 'counter'

export class Scope {
  readonly #names = new Map<string, LocalKind>()
  readonly #outer: Scope | null

  constructor(outer: Scope | null = null) {
    this.#outer = outer
  }

  declare(node: Identifier, kind: LocalKind): void {
    const { name } = node
    if (name.includes('$')) foreign('name', node, `${shown(name)} is a name for the module, not within a function`)
    if (Object.hasOwn(VALUES, name) || Object.hasOwn(CONSTRUCTORS, name) || RESERVED.has(name))
      foreign('name', node, `${shown(name)} is declared anew`)
    this.#names.set(name, kind)
  }

  kindOf(name: string): LocalKind | null {
    return this.#names.get(name) ?? this.#outer?.kindOf(name) ?? null
  }
}

const RESERVED: ReadonlySet<string> = new Set(['abi', 'eval', 'arguments'])

/** The name that a pattern is; whatever takes something apart is none. */
export function nameIn(pattern: Pattern): Identifier {
  return pattern.type === 'Identifier' ? checkedName(pattern) : foreign('declaration', pattern, 'what is declared is no name')
}

/** Written as it is: acorn gives `\u0065val` as `eval`, and so would V8. */
export function checkedName<T extends Identifier>(node: T): T {
  if (node.end - node.start !== node.name.length || !/^[A-Za-z_$][\w$]*$/.test(node.name))
    foreign('name', node, 'a name is not written in plain letters')
  return node
}
