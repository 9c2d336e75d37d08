/** A module that is put together of blocks of lines, and where they came from. */
import type { Code } from './code.ts'
import { areSameMarks, fill, type Layout, layOut, type Mark } from './layout.ts'
import { type MappedBlock, Mappings, mapBlock, type Places } from './mappings.ts'
import { ModuleScope } from './module-scope.ts'
import { moduleName } from './names.ts'

/** Whole lines but for the break behind the last of them. */
export interface Block {
  readonly text: string
  readonly mapped: MappedBlock | null
}

/** A block, and what is written above it. */
interface TitledBlock {
  readonly block: Block
  readonly titles: readonly string[]
}

/** A declaration that stands once for all that have it. */
export interface Declared {
  readonly name: Code
  /** Who has it, for people. */
  readonly titles: string[]
}

interface MarkedDeclaration {
  readonly declared: Declared
  readonly marks: readonly Mark[]
}

export class Assembly extends ModuleScope {
  /** Null: nobody asks where things came from. */
  readonly places: Places | null
  /** What is said of rules, in the order in which it was asked for. */
  readonly rules: Block[] = []
  /** The functions. */
  readonly blocks: TitledBlock[] = []
  readonly #rules = new Set<string>()
  readonly #linked = new Map<object, Code>()
  readonly #declaredBy = new Map<object, Declared>()
  /** By what they are and all that they say but their names. */
  readonly #declared = new Map<string, Map<string, MarkedDeclaration[]>>()
  /** How many functions tell of a rule. */
  readonly #judgesOf = new Map<string, number>()

  constructor(places: Places | null, tabled: ReadonlyMap<string, number> = new Map()) {
    super(tabled)
    this.places = places
  }

  override addFunction(code: Code): void {
    this.blocks.push({ block: this.block(code), titles: [] })
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

  /** What `link` gives, asked once for each object. */
  declaredBy(unit: object, link: () => Declared): Declared {
    const known = this.#declaredBy.get(unit) ?? link()
    this.#declaredBy.set(unit, known)
    return known
  }

  /** A declaration; equal ones are one, under the name that the first was given. `text`: all that it says. */
  declare(kind: string, text: string, marks: readonly Mark[], nameOf: () => Code, make: (name: Code) => Block): Declared {
    const ofKind = this.#declared.get(kind) ?? new Map<string, MarkedDeclaration[]>()
    this.#declared.set(kind, ofKind)
    const alike = ofKind.get(text)
    const known = alike?.find((one) => areSameMarks(one.marks, marks))
    if (known !== undefined) return known.declared
    const declared = { name: nameOf(), titles: [] }
    const marked = { declared, marks }
    if (alike === undefined) ofKind.set(text, [marked])
    else alike.push(marked)
    this.blocks.push({ block: make(declared.name), titles: declared.titles })
    return declared
  }

  /** For another function that tells of a rule. */
  judgeName(rule: string): Code {
    const count = (this.#judgesOf.get(rule) ?? 0) + 1
    this.#judgesOf.set(rule, count)
    return count === 1 ? moduleName('judge', rule) : moduleName('judge', rule, count)
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

  /** A line of no place. */
  addLine(code: Code): void {
    this.#texts.push(String(code), '\n')
    this.#mappings.breakLines(1)
  }

  end(): { readonly code: string; readonly mappings: string } {
    return { code: this.#texts.join(''), mappings: this.#mappings.toString() }
  }
}
