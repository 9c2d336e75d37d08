import type { Identifier, Node } from 'acorn'
import { MEMBERS } from '../names.ts'
import { Foreign, foreign, shown } from '../violation.ts'

export interface Declared {
  readonly kind: 'function' | 'table' | 'constant'
  readonly start: number
  /** The names of the module that stand in it. */
  readonly names: Set<string>
}

/**
 * The names of a module, or of some statements of it, as far as only the whole module tells whether they may be there: functions call such that
 * stand below them, and the members that may be read are those that some object literal of the module has. Offsets are those of where each
 * stands first.
 */
export class ModuleNames {
  readonly declared = new Map<string, Declared>()
  readonly named = new Map<string, number>()
  readonly called = new Map<string, number>()
  /** Asked by a key that need not be a number. */
  readonly tables = new Map<string, number>()
  readonly members = new Set<string>()
  readonly read = new Map<string, number>()
  #current: Declared | null = null

  /** Declares it, then looks at what it is, which may name others. */
  declare({ name, start }: Identifier, kind: Declared['kind'], look: () => void): void {
    if (!name.includes('$')) foreign('name', { start }, `${shown(name)} is no name for the module: it has no \`$\``)
    this.#current = { kind, start, names: new Set() }
    this.#put(name, this.#current)
    look()
    this.#current = null
  }

  name({ name, start }: Identifier): void {
    if (!this.named.has(name)) this.named.set(name, start)
    this.#current?.names.add(name)
  }

  call(callee: Identifier): void {
    this.name(callee)
    if (!this.called.has(callee.name)) this.called.set(callee.name, callee.start)
  }

  askTable({ name, start }: Identifier): void {
    if (!this.tables.has(name)) this.tables.set(name, start)
  }

  hasMember(name: string): void {
    this.members.add(name)
  }

  readMember(name: string, { start }: Pick<Node, 'start'>): void {
    if (!this.read.has(name)) this.read.set(name, start)
  }

  /** Those of statements that stand at `offset`, behind all that it has. */
  add(other: ModuleNames, offset: number): void {
    for (const [name, one] of other.declared) this.#put(name, { ...one, start: one.start + offset })
    for (const part of ['named', 'called', 'tables', 'read'] as const)
      for (const [name, start] of other[part]) if (!this[part].has(name)) this[part].set(name, start + offset)
    for (const name of other.members) this.members.add(name)
  }

  /** Throws `Foreign` for the first name that nothing stands for. */
  settle(): void {
    for (const [name, start] of this.named)
      if (!this.declared.has(name)) throw new Foreign('name', start, `${shown(name)} is declared nowhere`)
    for (const [name, start] of this.called)
      if (this.declared.get(name)?.kind !== 'function')
        throw new Foreign('call', start, `${shown(name)} is called and no function`)
    for (const [name, start] of this.tables)
      if (this.declared.get(name)?.kind !== 'table')
        throw new Foreign('computed-key', start, `${shown(name)} is asked by a key that need not be a number, and no table`)
    for (const [name, start] of this.read)
      if (!this.members.has(name) && !Object.hasOwn(MEMBERS, name))
        throw new Foreign('property', start, `${shown(name)} is a member of nothing that a module is given or makes`)
    this.#refuseRecursion()
  }

  #put(name: string, one: Declared): void {
    if (this.declared.has(name)) foreign('name', one, `${shown(name)} is declared twice`)
    this.declared.set(name, one)
  }

  #refuseRecursion(): void {
    const done = new Set<string>()
    for (const first of this.declared.keys()) {
      /** The way to what is being looked at, each with those that are left to look at. */
      const way: { readonly name: string; readonly left: IterableIterator<string> }[] = []
      const onTheWay = new Set<string>()
      const enter = (name: string) => {
        if (done.has(name)) return
        if (onTheWay.has(name)) throw new Foreign('recursion', this.named.get(name) ?? 0, `${shown(name)} leads back to itself`)
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

const NONE: ReadonlySet<string> = new Set()
