/** A module assembled from blocks of lines, with their source mappings. */
import { type Code, comment } from './code.ts'
import { areSameMarks, fill, type Layout, layOut, type Mark } from './layout.ts'
import { type MappedBlock, Mappings, mapBlock, type Places } from './mappings.ts'
import { ModuleScope } from './module-scope.ts'
import { moduleName } from './names.ts'

/** Generated code as whole lines, without the line break after the last one, and its source mappings (null if not wanted). */
export interface Block {
  readonly text: string
  readonly mapped: MappedBlock | null
}

/** A block of code with titles, which become comments above the block. */
export interface TitledBlock {
  readonly block: Block
  readonly titles: readonly Code[]
}

/**
 * A piece of code that needs a declaration of the module, such as a function. Equal pieces share one declaration. `nameIn`
 * chooses the name of a new declaration.
 */
export interface Declaring {
  nameIn(module: Assembly): Code
  /** Name of the declaration's origin in the policy, such as `rule orders_read`, for the source map. */
  readonly place: string
  /** Comment above the declaration; null if the declaration's name suffices. */
  readonly title: Code | null
}

/** A declaration of the module, such as a function, that several pieces of code use. */
export interface SharedDeclaration extends TitledBlock {
  readonly name: Code
  /** Comments above the declaration, one for each piece of code that uses it. */
  readonly titles: Code[]
  readonly marks: readonly Mark[]
  /** The next declaration with equal text but another origin in the policy; null if there is none. */
  readonly next: SharedDeclaration | null
}

const NONE: readonly never[] = []

/** The maximum number of sharing units that the comment above a declaration names. */
const TITLES = 4

let assemblies = 0

export class Assembly extends ModuleScope {
  /** Number of this assembly, unique within the process. */
  readonly id = ++assemblies
  /** Source locations of the policy's rules and declarations, for the source map; null if no source map is wanted. */
  readonly places: Places | null
  /** The declarations of constants that describe rules, in the order of first use. */
  readonly rules: TitledBlock[] = []
  readonly blocks: TitledBlock[] = []
  readonly #rules = new Set<string>()
  /** By kind, then by text without the declaration's own name. */
  readonly #declared = new Map<string, Map<string, SharedDeclaration>>()
  /** The number of tracing functions by rule. */
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

  /**
   * Adds a declaration to the module, or returns the existing one with the same kind, text and origin. `text` excludes the
   * declared name.
   */
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

  /**
   * Returns a new name for a tracing function of a rule.
   *
   * @param first returns the name of the rule's first tracing function
   */
  judgeName(rule: string, first: () => Code): Code {
    const count = (this.#judgesOf.get(rule) ?? 0) + 1
    this.#judgesOf.set(rule, count)
    return count === 1 ? first() : moduleName('judge', rule, count)
  }

  /** Lays code out as lines, with source mappings. The code must not contain references. */
  block(code: Code): Block {
    return blockOf(layOut(code), [], this.places)
  }
}

export function blockOf(layout: Layout, names: readonly string[], places: Places | null): Block {
  const width = (reference: number) => (names[reference] as string).length
  return { text: fill(layout, names), mapped: places && mapBlock(layout, width, places) }
}

/** Builder that joins blocks of generated code, with their titles and source mappings, into one text. */
export class Lines {
  readonly #texts: string[] = []
  readonly #mappings = new Mappings()
  /** The number of line breaks to write after the last block. */
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

  /**
   * Returns all lines added so far as one block.
   *
   * @param isMapped whether a source map is wanted
   */
  block(isMapped: boolean): Block {
    return { text: this.#texts.join(''), mapped: isMapped ? this.#mappings.block() : null }
  }

  end(): { readonly code: string; readonly mappings: string } {
    this.#break(0)
    return { code: this.#texts.join(''), mappings: this.#mappings.toString() }
  }
}

/** Joins several blocks into one. Keeps the last result, and returns it if the blocks are the same again. */
export class Piece {
  #blocks: readonly TitledBlock[] = []
  #made: Block | null = null

  /**
   * Joins blocks into one.
   *
   * @param blocks blocks whose titles are final
   * @param breaks the number of line breaks between blocks
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
