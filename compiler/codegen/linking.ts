/**
 * What a unit refers to is put into a module, and the names that this gives into the unit. When something in a module changes,
 * most of it is called what it was called before: then a unit is what it was, and nothing is made anew.
 */
import type { Outcome } from '../../runtime/abi/index.ts'
import { type Assembly, type Block, blockOf, type Declaring, type SharedDeclaration } from './assembly.ts'
import { type Code, type CodePart, js, resolve } from './code.ts'
import type { Layout } from './layout.ts'
import type { Location } from './mappings.ts'
import { type ConstantKind, constantKey, type PartKind, partKey } from './module-scope.ts'

/** What a unit refers to. Its codes refer to those before it; `key` where they refer to none. */
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
  /** What the unit is called itself. */
  | { readonly kind: 'own' }

/** Of a constant or a part of which names are a part, for the names of a module. */
interface Resolved {
  readonly value: Code
  /** Of a part. */
  readonly parameters: Code
  readonly key: string
}

/** What a unit refers to, in the order in which it was asked for. */
export class References {
  readonly #definitions: readonly Definition[]
  /** What stood for each in the module before; null: nothing that could be trusted. */
  #parts: readonly CodePart[] | null = null
  #names: readonly string[] = []
  /** By position, for `#parts`; null: none yet, as in most units. */
  #resolved: Map<number, Resolved> | null = null

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions
  }

  /** Puts them into a module; returns what stands for each. */
  parts(module: Assembly): readonly CodePart[] {
    const before = this.#parts
    // Until all are there: one of them may throw.
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

  /** The same, as texts: the same array where nothing is called otherwise than in the module before. */
  names(module: Assembly): readonly string[] {
    this.parts(module)
    return this.#names
  }

  /** `parts`: what stands for those before it. `isKnown`: the same as in the module before. */
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

/** Layouts with their names, as they were linked last. */
export class LinkedBlock {
  #names: readonly string[] = []
  #own = ''
  #places: Assembly['places'] = null
  /** Where those of its marks were. */
  #locations: readonly Location[] = []
  #block: Block | null = null

  /** `names`: the same array for the same names. `own`: what is called as `names[0]` is not yet. */
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

  /** Whether everything is called what it was called, and what it came of is where it was. */
  #isGood(places: Assembly['places'], names: readonly string[], own: string): boolean {
    const isCalledSo = this.#names === names && this.#own === own && this.#places === places
    return isCalledSo && !this.#locations.some(({ left }) => left)
  }
}
