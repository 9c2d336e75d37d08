/** Names within one function of `policy.js`. Those of the module hold a `$`, and these never do, so that none hides another. */
import type { Identifier, Pattern } from 'acorn'
import { CONSTRUCTORS, VALUES } from '../names.ts'
import { foreign, shownWord } from '../violation.ts'

/** `list`: a constant that is an array literal. */
export type LocalKind = 'parameter' | 'let' | 'const' | 'list'

interface Local {
  readonly kind: LocalKind
  /** How many loops it is declared in. */
  readonly loops: number
  /** Of a list: how many elements its literal has, whether something was added, and whether it was handed on. */
  readonly size: number
  grown: boolean
  handedOn: boolean
}

export class Scope {
  readonly #names = new Map<string, Local>()
  readonly #outer: Scope | null
  /** How many loops it is in. */
  readonly loops: number

  constructor(outer: Scope | null = null, isLoop = false) {
    this.#outer = outer
    this.loops = (outer?.loops ?? 0) + (isLoop ? 1 : 0)
  }

  /** @param size of a list */
  declare(node: Identifier, kind: LocalKind, size = 0): void {
    const { name } = node
    if (name.includes('$')) foreign('name', node, `${shownWord(name)} is a name for the module, not within a function`)
    if (Object.hasOwn(VALUES, name) || Object.hasOwn(CONSTRUCTORS, name) || RESERVED.has(name))
      foreign('name', node, `${shownWord(name)} is declared anew`)
    this.#names.set(name, { kind, loops: this.loops, size, grown: false, handedOn: false })
  }

  kindOf(name: string): LocalKind | null {
    return this.#find(name)?.kind ?? null
  }

  /** How many elements the literal of a list has; 0 of what is no list. */
  sizeOf(name: string): number {
    return this.#find(name)?.size ?? 0
  }

  /**
   * A list that a function has made grows before anything else knows of it, so that no loop goes on with what it adds itself.
   * False where it is none, or was handed on.
   */
  grow(name: string): boolean {
    const local = this.#find(name)
    if (local?.kind !== 'list' || local.handedOn) return false
    local.grown = true
    return true
  }

  /** False where it may grow again behind that. */
  handOn(name: string): boolean {
    const local = this.#find(name)
    if (local?.kind !== 'list') return true
    local.handedOn = true
    return !local.grown || this.loops === local.loops
  }

  #find(name: string): Local | null {
    const own = this.#names.get(name)
    if (own !== undefined || this.#outer === null) return own ?? null
    return this.#outer.#find(name)
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
