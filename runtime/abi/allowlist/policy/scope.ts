/** Names within a function of `policy.js`. They have no `$`, unlike those of the module, so none shadows another. */
import type { Identifier, Pattern } from 'acorn'
import { CONSTRUCTORS, VALUES } from '../names.ts'
import { foreign, shownWord } from '../violation.ts'

export type LocalKind = 'parameter' | 'let' | 'const' | 'list'

interface Local {
  readonly kind: LocalKind
  /** Number of loops around the declaration. */
  readonly loops: number
  /**
   * Number of elements of a literal list. `grown` and `handedOn` tell whether a list has grown, and whether it was passed on.
   */
  readonly size: number
  grown: boolean
  handedOn: boolean
}

export class Scope {
  readonly #names = new Map<string, Local>()
  readonly #outer: Scope | null
  /** Number of loops that enclose the scope. */
  readonly loops: number

  constructor(outer: Scope | null = null, isLoop = false) {
    this.#outer = outer
    this.loops = (outer?.loops ?? 0) + (isLoop ? 1 : 0)
  }

  /**
   * Declares a local name.
   *
   * @param size number of elements, if the value is a literal list
   */
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

  /** Returns the number of elements of a literal list, and 0 for other values. */
  sizeOf(name: string): number {
    return this.#find(name)?.size ?? 0
  }

  /**
   * Records that code adds an element to a list. Returns false, to refuse the code, if the list has already been used elsewhere:
   * a loop might then extend the list over which it iterates.
   */
  grow(name: string): boolean {
    const local = this.#find(name)
    if (local?.kind !== 'list' || local.handedOn) return false
    local.grown = true
    return true
  }

  /**
   * Records that code uses a list otherwise than to add an element, after which it must not grow. Returns false, to refuse the
   * code, if a later round of a loop may still add elements.
   */
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

/**
 * Returns the name that a declaration or parameter introduces, which must be a plain identifier.
 *
 * @throws Foreign for destructuring
 */
export function nameIn(pattern: Pattern): Identifier {
  return pattern.type === 'Identifier' ? checkedName(pattern) : foreign('declaration', pattern, 'what is declared is no name')
}

/**
 * Returns an identifier unchanged if it is written in ASCII without escapes. Escapes are refused because acorn and V8 read
 * `\u0065val` as `eval`.
 *
 * @throws Foreign for any other identifier
 */
export function checkedName<T extends Identifier>(node: T): T {
  if (node.end - node.start !== node.name.length || !/^[A-Za-z_$][\w$]*$/.test(node.name))
    foreign('name', node, 'a name is not written in plain letters')
  return node
}
