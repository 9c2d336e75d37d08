import type { Identifier, Node } from 'acorn'
import { isReservedName, MEMBERS } from '../names.ts'
import { Foreign, foreign, shownWord } from '../violation.ts'

/**
 * Kind of value that a top-level name of `policy.js` is declared with. `converter`: a function that converts JSON. `place`: a
 * constant of `abi.moment`. `rows`: a constant of `abi.table`. `trace`: a constant of `abi.tracing`.
 */
export type DeclaredKind = 'function' | 'converter' | 'value' | 'regex' | 'place' | 'rows' | 'trace'

/**
 * Way in which code uses a top-level name of `policy.js`. `value`: as a value, which is never a function. `call`: it is called.
 * `convert`, `function`: it is passed to a helper as a converter or function. Other uses are named after the kind of name that
 * they require.
 */
export type Use = 'value' | 'call' | 'convert' | 'function' | 'regex' | 'place' | 'rows' | 'trace'

const KINDS: Readonly<Record<Use, readonly DeclaredKind[]>> = {
  value: ['value'],
  call: ['function', 'converter'],
  convert: ['converter'],
  function: ['function'],
  regex: ['regex'],
  place: ['place'],
  rows: ['rows'],
  trace: ['trace'],
}

export interface DeclaredName {
  readonly kind: DeclaredKind
  readonly start: number
  /** Other top-level names that the declared value or function uses. */
  readonly names: Set<string>
}

/**
 * Declared, used and read names of `policy.js`, or of a part of it. Uses are checked only after all parts are added, because a
 * part may use names and members of other parts. Each name has the offset of its first occurrence.
 */
export class ModuleNames {
  readonly declared = new Map<string, DeclaredName>()
  readonly uses: Readonly<Record<Use, Map<string, number>>> = {
    value: new Map(),
    call: new Map(),
    convert: new Map(),
    function: new Map(),
    regex: new Map(),
    place: new Map(),
    rows: new Map(),
    trace: new Map(),
  }
  readonly members = new Set<string>()
  readonly read = new Map<string, number>()
  #current: DeclaredName | null = null

  /**
   * Records the declaration of a top-level name, and then calls `look` to check its value. Names that are used during this check
   * count as uses by this declaration.
   */
  declare({ name, start }: Identifier, kind: DeclaredKind, look: () => void): void {
    if (!name.includes('$')) foreign('name', { start }, `${shownWord(name)} is no name for the module: it has no \`$\``)
    this.#current = { kind, start, names: new Set() }
    this.#put(name, this.#current)
    look()
    this.#current = null
  }

  use({ name, start }: Identifier, use: Use): void {
    const uses = this.uses[use]
    if (!uses.has(name)) uses.set(name, start)
    this.#current?.names.add(name)
  }

  /**
   * Records that some object literal of the module has a member with this name. Code may then read that member, unless its name
   * is reserved.
   */
  hasMember(name: string): void {
    if (!isReservedName(name)) this.members.add(name)
  }

  readMember(name: string, { start }: Pick<Node, 'start'>): void {
    if (!this.read.has(name)) this.read.set(name, start)
  }

  /** Adds the names of a later part of the same module. `offset` is the start of that part in the whole code. */
  add(other: ModuleNames, offset: number): void {
    for (const [name, one] of other.declared) this.#put(name, { ...one, start: one.start + offset })
    for (const use of Object.keys(this.uses) as Use[]) addAll(this.uses[use], other.uses[use], offset)
    addAll(this.read, other.read, offset)
    for (const name of other.members) this.members.add(name)
  }

  /**
   * Checks that all used names are declared with a suitable kind, and that all members that are read exist. Also checks that no
   * declaration uses itself, directly or indirectly.
   *
   * @throws Foreign for the first violation
   */
  checkUses(): void {
    for (const use of Object.keys(this.uses) as Use[]) {
      for (const [name, start] of this.uses[use]) {
        const kind = this.declared.get(name)?.kind
        if (kind === undefined) throw new Foreign('name', start, `${shownWord(name)} is used but not declared in the module`)
        if (!KINDS[use].includes(kind))
          throw new Foreign(
            use === 'call' ? 'call' : 'function',
            start,
            `${shownWord(name)} is a ${kind}, but the module uses it as a ${use}`,
          )
      }
    }
    for (const [name, start] of this.read)
      if (!this.members.has(name) && !Object.hasOwn(MEMBERS, name))
        throw new Foreign('property', start, `${shownWord(name)} is not a member of any object that the compiler emits`)
    this.#refuseRecursion()
  }

  #put(name: string, one: DeclaredName): void {
    if (this.declared.has(name)) foreign('name', one, `${shownWord(name)} is declared twice`)
    this.declared.set(name, one)
  }

  #refuseRecursion(): void {
    const done = new Set<string>()
    for (const first of this.declared.keys()) {
      /** The current path, each name with its unvisited uses. */
      const way: { readonly name: string; readonly left: IterableIterator<string> }[] = []
      const onTheWay = new Set<string>()
      const enter = (name: string) => {
        if (done.has(name)) return
        if (onTheWay.has(name))
          throw new Foreign(
            'recursion',
            this.declared.get(name)?.start ?? 0,
            `${shownWord(name)} calls itself, directly or through other functions, which the compiler never emits`,
          )
        onTheWay.add(name)
        way.push({ name, left: (this.declared.get(name)?.names ?? NONE).values() })
      }
      enter(first)
      for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
        const next = step.left.next()
        if (next.done !== true) enter(next.value)
        else {
          done.add(step.name)
          onTheWay.delete(step.name)
          way.pop()
        }
      }
    }
  }
}

function addAll(to: Map<string, number>, from: ReadonlyMap<string, number>, offset: number): void {
  for (const [name, start] of from) if (!to.has(name)) to.set(name, start + offset)
}

const NONE: ReadonlySet<string> = new Set()
