import type { Identifier, Node } from 'acorn'
import { MEMBERS } from '../names.ts'
import { Foreign, foreign, shown } from '../violation.ts'

interface Declared {
  readonly kind: 'function' | 'table' | 'constant'
  /** The functions of the module that it names. */
  readonly names: Set<string>
}

/**
 * What is known of the names of a module only when all of it has been seen: functions call such that stand below them, and the members
 * that may be read are those that some object literal of the module has.
 */
export class ModuleNames {
  readonly #declared = new Map<string, Declared>()
  /** Where each was first named, and where first called. */
  readonly #named = new Map<string, number>()
  readonly #called = new Map<string, number>()
  readonly #members = new Set<string>(Object.keys(MEMBERS))
  readonly #read = new Map<string, number>()
  #current: Declared | null = null

  /** Declares it, then looks at what it is, which may name others. */
  declare({ name, start }: Identifier, kind: Declared['kind'], look: () => void): void {
    if (!name.includes('$')) foreign('name', { start }, `${shown(name)} is no name for the module: it has no \`$\``)
    if (this.#declared.has(name)) foreign('name', { start }, `${shown(name)} is declared twice`)
    this.#current = { kind, names: new Set() }
    this.#declared.set(name, this.#current)
    look()
    this.#current = null
  }

  name({ name, start }: Identifier): void {
    if (!this.#named.has(name)) this.#named.set(name, start)
    this.#current?.names.add(name)
  }

  call(callee: Identifier): void {
    this.name(callee)
    if (!this.#called.has(callee.name)) this.#called.set(callee.name, callee.start)
  }

  isTable(name: string): boolean {
    return this.#declared.get(name)?.kind === 'table'
  }

  hasMember(name: string): void {
    this.#members.add(name)
  }

  readMember(name: string, { start }: Pick<Node, 'start'>): void {
    if (!this.#read.has(name)) this.#read.set(name, start)
  }

  /** Throws `Foreign` for the first name that nothing stands for. */
  settle(): void {
    for (const [name, start] of this.#named)
      if (!this.#declared.has(name)) throw new Foreign('name', start, `${shown(name)} is declared nowhere`)
    for (const [name, start] of this.#called)
      if (this.#declared.get(name)?.kind !== 'function')
        throw new Foreign('call', start, `${shown(name)} is called and no function`)
    for (const [name, start] of this.#read)
      if (!this.#members.has(name))
        throw new Foreign('property', start, `${shown(name)} is a member of nothing that a module is given or makes`)
    this.#refuseRecursion()
  }

  #refuseRecursion(): void {
    const done = new Set<string>()
    for (const first of this.#declared.keys()) {
      /** The way to what is being looked at, each with those that are left to look at. */
      const way: { readonly name: string; readonly left: string[] }[] = []
      const enter = (name: string) => {
        if (done.has(name)) return
        if (way.some((step) => step.name === name))
          throw new Foreign('recursion', this.#named.get(name) ?? 0, `${shown(name)} leads back to itself`)
        way.push({ name, left: [...(this.#declared.get(name)?.names ?? [])] })
      }
      enter(first)
      for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
        const next = step.left.pop()
        if (next !== undefined) enter(next)
        else {
          done.add(step.name)
          way.pop()
        }
      }
    }
  }
}
