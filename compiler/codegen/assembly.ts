/** A module that is put together of blocks of lines, and where they came from. */
import type { Code } from './code.ts'
import { fill, type Layout, layOut } from './layout.ts'
import { type MappedBlock, Mappings, mapBlock, type Places } from './mappings.ts'
import { ModuleScope } from './module-scope.ts'
import { moduleName } from './names.ts'

/** Whole lines but for the break behind the last of them. */
export interface Block {
  readonly text: string
  readonly mapped: MappedBlock | null
}

export class Assembly extends ModuleScope {
  /** Null: nobody asks where things came from. */
  readonly places: Places | null
  /** What is said of rules, in the order in which it was asked for. */
  readonly rules: Block[] = []
  /** The functions. */
  readonly blocks: Block[] = []
  readonly #rules = new Set<string>()
  readonly #linked = new Map<object, Code>()
  /** Names of the functions that tell of steps, by all that they say but their names. */
  readonly #judges = new Map<string, Code>()
  /** How many there are of a rule. */
  readonly #judgesOf = new Map<string, number>()

  constructor(places: Places | null, tabled: ReadonlyMap<string, number> = new Map()) {
    super(tabled)
    this.places = places
  }

  override addFunction(code: Code): void {
    this.blocks.push(this.block(code))
  }

  /** What `link` gives, asked once for each object. */
  linked(unit: object, link: () => Code): Code {
    const known = this.#linked.get(unit)
    if (known !== undefined) return known
    const name = link()
    this.#linked.set(unit, name)
    return name
  }

  addRule(rule: string, make: () => Block): void {
    if (this.#rules.has(rule)) return
    this.#rules.add(rule)
    this.rules.push(make())
  }

  /** The name of a function that tells of a rule; equal ones are one. `key`: all that it says. */
  addJudge(rule: string, key: string, make: (name: Code) => Block): Code {
    const known = this.#judges.get(key)
    if (known !== undefined) return known
    const count = (this.#judgesOf.get(rule) ?? 0) + 1
    const name = count === 1 ? moduleName('judge', rule) : moduleName('judge', rule, count)
    this.#judgesOf.set(rule, count)
    this.#judges.set(key, name)
    this.blocks.push(make(name))
    return name
  }

  /** Of code without references. */
  block(code: Code): Block {
    return blockOf(layOut(code), [], this.places)
  }
}

export function blockOf(layout: Layout, names: readonly string[], places: Places | null): Block {
  const width = (reference: number) => (names[reference] as string).length
  return { text: fill(layout, names), mapped: places && mapBlock(layout, width, places) }
}

/** The text of a module as far as it is written. */
export class Lines {
  readonly #texts: string[] = []
  readonly #mappings = new Mappings()

  add({ text, mapped }: Block, breaks = 1): void {
    const end = '\n'.repeat(breaks)
    this.#texts.push(text, end)
    if (mapped === null) return
    this.#mappings.add(mapped)
    this.#mappings.breakLines(breaks)
  }

  end(): { readonly code: string; readonly mappings: string } {
    return { code: this.#texts.join(''), mappings: this.#mappings.toString() }
  }
}
