/**
 * Linking adds what a unit refers to to a module, and the resulting names to the unit. After a change most names stay the same,
 * and units whose names did not change are reused.
 */
import type { Outcome } from '../../runtime/abi/index.ts'
import { type Assembly, type Block, blockOf, type Declaring, type SharedDeclaration } from './assembly.ts'
import { type Code, type CodePart, js, resolve } from './code.ts'
import type { Layout } from './layout.ts'
import type { Location } from './mappings.ts'
import { type ConstantKind, constantKey, type PartKind, partKey } from './module-scope.ts'

/**
 * A definition of the module to which a unit of code refers, such as a constant or a function. Definitions refer only to earlier
 * ones; `key` is present if a definition refers to none.
 */
export type Definition =
  | { readonly kind: 'constant'; readonly constant: ConstantKind; readonly value: Code; readonly key: string | undefined }
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly key: string }
  | { readonly kind: 'part'; readonly part: PartKind; readonly parameters: Code; readonly body: Code }
  | { readonly kind: 'record'; readonly record: { link(module: Assembly): Code } }
  | { readonly kind: 'rule'; readonly rule: string; readonly unit: () => { link(module: Assembly): Block } }
  | { readonly kind: 'tabled'; readonly route: string }
  | {
      readonly kind: 'declared'
      readonly unit: { link(module: Assembly, by: Declaring): SharedDeclaration }
      readonly by: Declaring
    }
  /** The unit's own name. */
  | { readonly kind: 'own' }

/** A constant or part whose text contains names, resolved for a module. */
interface Resolved {
  readonly value: Code
  /** Only for a part. */
  readonly parameters: Code
  readonly key: string
}

/** The definitions to which a unit of code refers, in the order of first use. Resolves them to names for each new module. */
export class References {
  readonly #definitions: readonly Definition[]
  /** Their values in the previous module; null: none that can be trusted. */
  #parts: readonly CodePart[] | null = null
  #names: readonly string[] = []
  /** By position, for `#parts`; null: none yet, as in most units. */
  #resolved: Map<number, Resolved> | null = null

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions
  }

  /** Adds the definitions to a module, and returns the name or number that replaces each reference. */
  parts(module: Assembly): readonly CodePart[] {
    const before = this.#parts
    // Stays null if one of them throws.
    this.#parts = null
    let changed: CodePart[] | null = before === null ? [] : null
    for (let at = 0; at < this.#definitions.length; at += 1) {
      const part = this.#define(at, changed ?? (before as readonly CodePart[]), changed === null, module)
      if (changed === null && !isSame(part, before?.[at] as CodePart)) changed = before?.slice(0, at) as CodePart[]
      changed?.push(part)
    }
    const parts = changed ?? (before as readonly CodePart[])
    if (changed !== null) this.#names = parts.map(String)
    this.#parts = parts
    return parts
  }

  /**
   * Returns the names or numbers that replace the references, as texts. Returns the same array as for the previous module if none
   * differs.
   */
  names(module: Assembly): readonly string[] {
    this.parts(module)
    return this.#names
  }

  /**
   * @param parts the values of earlier references
   * @param isKnown whether they are the same as in the previous module
   */
  #define(at: number, parts: readonly CodePart[], isKnown: boolean, module: Assembly): CodePart {
    const one = this.#definitions[at] as Definition
    switch (one.kind) {
      case 'constant': {
        const { constant, value, key } = one
        if (key !== undefined) return module.constant(constant, value, key)
        const resolved = (isKnown && this.#resolved?.get(at)) || this.#keep(at, resolvedConstant(one, parts))
        return module.constant(constant, resolved.value, resolved.key)
      }
      case 'outcome':
        return module.outcome(one.outcome, one.key)
      case 'part': {
        const resolved = (isKnown && this.#resolved?.get(at)) || this.#keep(at, resolvedPart(one, parts))
        return module.part(one.part, resolved.parameters, resolved.value, resolved.key)
      }
      case 'tabled':
        return module.tabled(one.route)
      case 'record':
        return one.record.link(module)
      case 'declared': {
        const { name, titles } = one.unit.link(module, one.by)
        if (one.by.title !== null) titles.push(one.by.title)
        return name
      }
      case 'own':
        return NOTHING
      case 'rule':
        module.addRule(one.rule, one.unit)
        // Nothing refers to it.
        return 0
    }
  }

  #keep(at: number, resolved: Resolved): Resolved {
    this.#resolved ??= new Map()
    this.#resolved.set(at, resolved)
    return resolved
  }
}

type DefinitionOf<Kind extends Definition['kind']> = Definition & { readonly kind: Kind }

function resolvedConstant({ constant, value }: DefinitionOf<'constant'>, parts: readonly CodePart[]): Resolved {
  const made = resolve(value, parts)
  return { value: made, parameters: NOTHING, key: constantKey(constant, made) }
}

function resolvedPart({ part, parameters, body }: DefinitionOf<'part'>, parts: readonly CodePart[]): Resolved {
  const made = { parameters: resolve(parameters, parts), value: resolve(body, parts) }
  return { ...made, key: partKey(part, made.parameters, made.value) }
}

const NOTHING = js``

function isSame(part: CodePart, other: CodePart): boolean {
  return part === other || String(part) === String(other)
}

/**
 * The code of a unit, linked into one module: names of the module replace the references. The result is reused if the next module
 * gives the same names.
 */
export class LinkedBlock {
  #names: readonly string[] = []
  #own = ''
  #places: Assembly['places'] = null
  /** The locations of its marks' places. */
  #locations: readonly Location[] = []
  #block: Block | null = null

  /**
   * Returns the unit's code with names in place of references.
   *
   * @param names the names; the same array object if they are the same as before
   * @param own the unit's own name, which replaces `names[0]`; empty if the unit has none
   */
  link({ places }: Assembly, names: readonly string[], own: string, layoutOf: () => Layout): Block {
    if (this.#block !== null && this.#isGood(places, names, own)) return this.#block
    const layout = layoutOf()
    this.#names = names
    this.#own = own
    this.#places = places
    this.#locations = places === null ? [] : layout.places.map((place) => places.locate(place))
    this.#block = blockOf(layout, own === '' ? names : [own, ...names.slice(1)], places)
    return this.#block
  }

  /** Whether all names and the locations of all places are unchanged. */
  #isGood(places: Assembly['places'], names: readonly string[], own: string): boolean {
    const isCalledSo = this.#names === names && this.#own === own && this.#places === places
    return isCalledSo && !this.#locations.some(({ left }) => left)
  }
}
