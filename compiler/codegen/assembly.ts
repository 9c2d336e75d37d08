/** A module that is put together of blocks of lines, and where they came from. */
import { type Code, comment } from './code.ts'
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
export interface TitledBlock {
  readonly block: Block
  readonly titles: readonly Code[]
}

/** Who declares something, if it is the first to do so. */
export interface Declaring {
  nameIn(module: Assembly): Code
  /** Of the policy. */
  readonly place: string
  /** For people, a comment; null: the name says enough. */
  readonly title: Code | null
}

/** A declaration that stands once for all that have it. */
export interface SharedDeclaration extends TitledBlock {
  readonly name: Code
  /** Who has it. */
  readonly titles: Code[]
  readonly marks: readonly Mark[]
  /** Another one that says the same, of another place. */
  readonly next: SharedDeclaration | null
}

const NONE: readonly never[] = []

/** So many of those that have a declaration in common are named above it. */
const TITLES = 4

let assemblies = 0

export class Assembly extends ModuleScope {
  /** No other has it. */
  readonly id = ++assemblies
  /** Null: nobody asks where things came from. */
  readonly places: Places | null
  /** What is said of rules, in the order in which it was asked for. */
  readonly rules: TitledBlock[] = []
  /** The functions. */
  readonly blocks: TitledBlock[] = []
  readonly #rules = new Set<string>()
  /** By what they are and all that they say but their names. */
  readonly #declared = new Map<string, Map<string, SharedDeclaration>>()
  /** How many functions tell of a rule. */
  readonly #judgesOf = new Map<string, number>()

  constructor(places: Places | null, tabled: ReadonlyMap<string, number> = new Map()) {
    super(tabled)
    this.places = places
  }

  override addFunction(code: Code): void {
    this.blocks.push({ block: this.block(code), titles: NONE })
  }

  addRule(rule: string, unit: () => { link(module: Assembly): Block }): void {
    if (this.#rules.has(rule)) return
    this.#rules.add(rule)
    this.rules.push({ block: unit().link(this), titles: NONE })
  }

  /** A declaration; equal ones are one, under the name that the first was given. `text`: all that it says. */
  declare(
    kind: string,
    text: string,
    marks: readonly Mark[],
    nameOf: () => Code,
    make: (name: Code) => Block,
  ): SharedDeclaration {
    const ofKind = this.#declared.get(kind) ?? new Map<string, SharedDeclaration>()
    this.#declared.set(kind, ofKind)
    const alike = ofKind.get(text) ?? null
    for (let known = alike; known !== null; known = known.next) if (areSameMarks(known.marks, marks)) return known
    const name = nameOf()
    const declared = { name, block: make(name), titles: [], marks, next: alike }
    ofKind.set(text, declared)
    this.blocks.push(declared)
    return declared
  }

  /** For another function that tells of a rule; `first`: what the first is called. */
  judgeName(rule: string, first: () => Code): Code {
    const count = (this.#judgesOf.get(rule) ?? 0) + 1
    this.#judgesOf.set(rule, count)
    return count === 1 ? first() : moduleName('judge', rule, count)
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

/** Blocks one after another. */
export class Lines {
  readonly #texts: string[] = []
  readonly #mappings = new Mappings()
  /** Behind what is last. */
  #breaks = 0

  add({ text, mapped }: Block, breaks = 1): void {
    this.#break(breaks)
    this.#texts.push(text)
    if (mapped !== null) this.#mappings.add(mapped)
  }

  addTitled({ block, titles }: TitledBlock, breaks: number): void {
    for (const title of titles.slice(0, TITLES)) this.#addTitle(title)
    if (titles.length > TITLES) this.#addTitle(comment(`and ${titles.length - TITLES} more`))
    this.add(block, breaks)
  }

  #addTitle(title: Code): void {
    this.#break(1)
    this.#texts.push(String(title))
  }

  #break(breaks: number): void {
    const before = this.#breaks
    this.#breaks = breaks
    if (before === 0) return
    this.#texts.push(before === 1 ? '\n' : '\n'.repeat(before))
    this.#mappings.breakLines(before)
  }

  /** `isMapped`: somebody asks where things came from. */
  block(isMapped: boolean): Block {
    return { text: this.#texts.join(''), mapped: isMapped ? this.#mappings.block() : null }
  }

  end(): { readonly code: string; readonly mappings: string } {
    this.#break(0)
    return { code: this.#texts.join(''), mappings: this.#mappings.toString() }
  }
}

/** Several blocks in one piece, the same again for the same blocks. */
export class Piece {
  #blocks: readonly TitledBlock[] = []
  #made: Block | null = null

  /**
   * @param blocks that nobody gives other titles any more
   * @param breaks between blocks
   */
  of(blocks: readonly TitledBlock[], breaks: number, isMapped: boolean): Block {
    if (this.#made !== null && areSame(blocks, this.#blocks)) return this.#made
    const lines = new Lines()
    for (const block of blocks) lines.addTitled(block, breaks)
    this.#blocks = blocks
    this.#made = lines.block(isMapped)
    return this.#made
  }
}

function areSame(blocks: readonly TitledBlock[], others: readonly TitledBlock[]): boolean {
  return blocks.length === others.length && blocks.every((block, at) => isSame(block, others[at] as TitledBlock))
}

function isSame({ block, titles }: TitledBlock, other: TitledBlock): boolean {
  const isSameTitle = (title: Code, at: number) => title === other.titles[at]
  return block === other.block && titles.length === other.titles.length && titles.every(isSameTitle)
}
