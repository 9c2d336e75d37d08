/**
 * What is emitted by itself and put into a module later, as it is, again and again: the code of a route. What it shares with others (constants,
 * outcomes, functions for parts of expressions) has no name in it yet, so that it does not depend on what else the module has.
 */
import type { RecordShape } from '../../language/semantics/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import { rulePlace } from '../places.ts'
import { type Assembly, type Block, blockOf } from './assembly.ts'
import { type Code, joinCode, js, mark, type Part, reference, resolve } from './code.ts'
import type { Door } from './door/door.ts'
import { type Layout, layOut } from './layout.ts'
import type { Location } from './mappings.ts'
import { type ConstantKind, constantKey, ModuleScope, outcomeKey, type PartKind, partKey } from './module-scope.ts'
import { moduleName } from './names.ts'

/** What a unit refers to, in the order in which it was asked for. Its codes refer to those before it; `key` where they refer to none. */
type Definition =
  | { readonly kind: 'constant'; readonly constant: ConstantKind; readonly value: Code; readonly key: string | undefined }
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly key: string }
  | { readonly kind: 'part'; readonly part: PartKind; readonly parameters: Code; readonly body: Code }
  | { readonly kind: 'record'; readonly record: UnitRecord }
  | { readonly kind: 'rule'; readonly rule: string; readonly unit: () => Unit }
  | { readonly kind: 'tabled'; readonly route: string }

type Make = (module: ModuleScope) => Code

/** Readers of records, by type: many routes have the same body. */
export type UnitRecords = WeakMap<RecordShape, Map<Door, UnitRecord>>

/** A module as far as a unit sees it, in which everything that is shared is a reference. */
class UnitScope extends ModuleScope {
  readonly definitions: Definition[] = []
  readonly #records: UnitRecords
  readonly #known = new Map<string, Code>()
  readonly #knownRecords = new Map<UnitRecord, Code>()

  constructor(records: UnitRecords) {
    super()
    this.#records = records
  }

  override constant(kind: ConstantKind, value: Code): Code {
    const key = constantKey(kind, value)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    return this.#define(key, { kind: 'constant', constant: kind, value, key: value.refers ? undefined : key }, kind)
  }

  override outcome(outcome: Outcome): Code {
    const key = outcomeKey(outcome)
    return this.#known.get(key) ?? this.#define(key, { kind: 'outcome', outcome, key }, '')
  }

  override part(kind: PartKind, parameters: Code, body: Code): Code {
    const key = partKey(kind, parameters, body)
    return this.#known.get(key) ?? this.#define(key, { kind: 'part', part: kind, parameters, body }, kind)
  }

  override tabled(route: string): Code {
    const key = `tabled ${route}`
    return this.#known.get(key) ?? this.#define(key, { kind: 'tabled', route }, '')
  }

  override record(shape: RecordShape, door: Door, make: Make): Code {
    const ofShape = this.#records.get(shape) ?? new Map<Door, UnitRecord>()
    this.#records.set(shape, ofShape)
    const record = ofShape.get(door) ?? new UnitRecord(make, this.#records)
    ofShape.set(door, record)
    const known = this.#knownRecords.get(record)
    if (known !== undefined) return known
    this.definitions.push({ kind: 'record', record })
    const made = reference(this.definitions.length - 1, 'record')
    this.#knownRecords.set(record, made)
    return made
  }

  /** Its name is known: it is that of the rule. It is made for the first unit of a module that asks, and for no other. */
  override rule(rule: string, make: Make): Code {
    const name = moduleName('rule', rule)
    const key = `rule ${rule}`
    if (this.#known.has(key)) return name
    // It lives as long as the unit, and must not hold on to this, which has all code that the unit was made of.
    const records = this.#records
    let made: Unit | null = null
    const unit = () => {
      made ??= new Unit((own) => mark(rulePlace(rule), js`const ${name} = ${make(own)}`), records)
      return made
    }
    this.#define(key, { kind: 'rule', rule, unit }, '')
    return name
  }

  #define(key: string, definition: Definition, wish: string): Code {
    const made = reference(this.definitions.length, wish)
    this.definitions.push(definition)
    this.#known.set(key, made)
    return made
  }
}

export class Unit {
  readonly #definitions: readonly Definition[]
  readonly #functions: Layout | null
  readonly #value: Layout
  /** That its marks name. */
  readonly #places: readonly string[]
  /** As it was linked last: most of a module keeps its names when something in it changes. */
  #linked: Linked | null = null

  /** `make` adds functions to the module, and returns what stands for them all: whole lines. */
  constructor(make: Make, records: UnitRecords) {
    const scope = new UnitScope(records)
    this.#value = layOut(make(scope))
    this.#definitions = scope.definitions
    this.#functions = scope.functions.length === 0 ? null : layOut(joinCode(scope.functions, '\n\n'))
    this.#places = [...new Set([...this.#value.places, ...(this.#functions?.places ?? [])])]
  }

  /** Puts its functions into a module; returns what stands for them. */
  link(module: Assembly): Block {
    const names = namesOf(this.#definitions, module).map(String)
    const before = this.#linked
    const linked = before !== null && isGood(before, names, module) ? before : this.#resolve(names, module)
    this.#linked = linked
    if (linked.functions !== null) module.blocks.push(linked.functions)
    return linked.value
  }

  #resolve(names: readonly string[], { places }: Assembly): Linked {
    const locations = places === null ? [] : this.#places.map((place) => places.locate(place))
    const functions = this.#functions && blockOf(this.#functions, names, places)
    return { names, places, locations, functions, value: blockOf(this.#value, names, places) }
  }
}

interface Linked {
  readonly names: readonly string[]
  readonly places: Assembly['places']
  /** Where those of its marks were. */
  readonly locations: readonly Location[]
  readonly functions: Block | null
  readonly value: Block
}

class UnitRecord {
  readonly #definitions: readonly Definition[]
  readonly #value: Code

  constructor(make: Make, records: UnitRecords) {
    const scope = new UnitScope(records)
    this.#value = make(scope)
    this.#definitions = scope.definitions
  }

  /** Its name in a module. */
  link(module: Assembly): Code {
    return module.constant('record', resolve(this.#value, namesOf(this.#definitions, module)))
  }
}

function namesOf(definitions: readonly Definition[], module: Assembly): readonly Part[] {
  const names: Part[] = []
  for (const one of definitions) names.push(define(one, names, module))
  return names
}

function define(one: Definition, names: readonly Part[], module: Assembly): Part {
  switch (one.kind) {
    case 'constant':
      return one.key === undefined
        ? module.constant(one.constant, resolve(one.value, names))
        : module.constant(one.constant, one.value, one.key)
    case 'outcome':
      return module.outcome(one.outcome, one.key)
    case 'part':
      return module.part(one.part, resolve(one.parameters, names), resolve(one.body, names))
    case 'tabled':
      return module.tabled(one.route)
    case 'record':
      return one.record.link(module)
    case 'rule':
      module.addRule(one.rule, () => one.unit().link(module))
      // Nothing refers to it.
      return 0
  }
}

/** Whether what a unit refers to is called what it was called, and what it came of is where it was. */
function isGood(before: Linked, names: readonly string[], { places }: Assembly): boolean {
  if (before.places !== places || before.locations.some((location) => places?.hasMoved(location))) return false
  return names.every((name, at) => name === before.names[at])
}
