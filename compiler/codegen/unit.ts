/**
 * What is emitted by itself and put into a module later, as it is, again and again: the code of a route. What it shares with others (constants,
 * outcomes, functions for parts of expressions) has no name in it yet, so that it does not depend on what else the module has.
 */
import type { RecordShape } from '../../language/semantics/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { Step } from '../ir/index.ts'
import { rulePlace } from '../places.ts'
import { type Assembly, type Block, blockOf } from './assembly.ts'
import { type Code, joinCode, js, mark, type Part, reference, resolve } from './code.ts'
import type { Door } from './door/door.ts'
import { fill, type Layout, layOut } from './layout.ts'
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
  | { readonly kind: 'judge'; readonly judge: UnitJudge }
  /** What the unit is called itself. */
  | { readonly kind: 'own' }

type Make = (module: ModuleScope) => Code

/** What units have in common. */
export class SharedUnits {
  /** Readers of records, by type: many routes have the same body. */
  readonly records = new WeakMap<RecordShape, Map<Door, UnitRecord>>()
  /** What tells the tracer of steps: a rule says the same on many routes. */
  readonly judges = new WeakMap<Step, UnitJudge>()
}

/** A module as far as a unit sees it, in which everything that is shared is a reference. */
class UnitScope extends ModuleScope {
  readonly definitions: Definition[] = []
  readonly #shared: SharedUnits
  readonly #known = new Map<string, Code>()
  readonly #knownUnits = new Map<UnitRecord | UnitJudge, Code>()

  constructor(shared: SharedUnits) {
    super()
    this.#shared = shared
  }

  /** What stands for the name of what is made. Asked for before everything else. */
  own(wish: string): Code {
    return this.#refer({ kind: 'own' }, wish)
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
    const { records } = this.#shared
    const ofShape = records.get(shape) ?? new Map<Door, UnitRecord>()
    records.set(shape, ofShape)
    const record = ofShape.get(door) ?? new UnitRecord(make, this.#shared)
    ofShape.set(door, record)
    return this.#unit(record, { kind: 'record', record }, 'record')
  }

  override judge(step: Step, make: (module: ModuleScope, name: Code) => Code): Code {
    const { judges } = this.#shared
    const judge = judges.get(step) ?? new UnitJudge(step.rule, make, this.#shared)
    judges.set(step, judge)
    return this.#unit(judge, { kind: 'judge', judge }, `judge$${step.rule}`)
  }

  /** Its name is known: it is that of the rule. It is made for the first unit of a module that asks, and for no other. */
  override rule(rule: string, make: Make): Code {
    const name = moduleName('rule', rule)
    const key = `rule ${rule}`
    if (this.#known.has(key)) return name
    // It lives as long as the unit, and must not hold on to this, which has all code that the unit was made of.
    const shared = this.#shared
    let made: Unit | null = null
    const unit = () => {
      made ??= new Unit((own) => mark(rulePlace(rule), js`const ${name} = ${make(own)}`), shared)
      return made
    }
    this.#define(key, { kind: 'rule', rule, unit }, '')
    return name
  }

  #unit(unit: UnitRecord | UnitJudge, definition: Definition, wish: string): Code {
    const known = this.#knownUnits.get(unit)
    if (known !== undefined) return known
    const made = this.#refer(definition, wish)
    this.#knownUnits.set(unit, made)
    return made
  }

  #define(key: string, definition: Definition, wish: string): Code {
    const made = this.#refer(definition, wish)
    this.#known.set(key, made)
    return made
  }

  #refer(definition: Definition, wish: string): Code {
    this.definitions.push(definition)
    return reference(this.definitions.length - 1, wish)
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
  constructor(make: Make, shared: SharedUnits) {
    const scope = new UnitScope(shared)
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

  constructor(make: Make, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    this.#value = make(scope)
    this.#definitions = scope.definitions
  }

  /** Its name in a module. */
  link(module: Assembly): Code {
    return module.constant('record', resolve(this.#value, namesOf(this.#definitions, module)))
  }
}

/** A function that tells the tracer of a rule, under the name that it has in a module. */
class UnitJudge {
  readonly #rule: string
  readonly #definitions: readonly Definition[]
  readonly #layout: Layout
  /** What its text does not say. */
  readonly #marks: string
  /** As it was linked last. */
  #key = ''
  #names: readonly string[] | null = null
  #linked: Linked | null = null

  constructor(rule: string, make: (module: ModuleScope, name: Code) => Code, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    const name = scope.own(`judge$${rule}`)
    this.#rule = rule
    this.#layout = layOut(make(scope, name))
    this.#definitions = scope.definitions
    this.#marks = this.#layout.marks.map(({ line, column, place }) => `${line}:${column} ${place}`).join('\n')
  }

  /** Puts it into a module, unless it is there; returns its name. */
  link(module: Assembly): Code {
    const names = namesOf(this.#definitions, module).map(String)
    if (this.#names === null || !areSame(names, this.#names)) {
      this.#names = names
      this.#key = `${fill(this.#layout, names)}\n${this.#marks}`
    }
    return module.addJudge(this.#rule, this.#key, (name) => this.#block([String(name), ...names.slice(1)], module))
  }

  #block(names: readonly string[], module: Assembly): Block {
    const before = this.#linked
    if (before !== null && isGood(before, names, module)) return before.value
    const { places } = module
    const locations = places === null ? [] : this.#layout.places.map((place) => places.locate(place))
    const value = blockOf(this.#layout, names, places)
    this.#linked = { names, places, locations, functions: null, value }
    return value
  }
}

function namesOf(definitions: readonly Definition[], module: Assembly): readonly Part[] {
  const names: Part[] = []
  for (const one of definitions) names.push(define(one, names, module))
  return names
}

/** Until it has a name. */
const NOTHING = js``

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
      return module.linked(one.record, () => one.record.link(module))
    case 'judge':
      return module.linked(one.judge, () => one.judge.link(module))
    case 'own':
      return NOTHING
    case 'rule':
      module.addRule(one.rule, () => one.unit().link(module))
      // Nothing refers to it.
      return 0
  }
}

/** Whether what a unit refers to is called what it was called, and what it came of is where it was. */
function isGood(before: Linked, names: readonly string[], { places }: Assembly): boolean {
  if (before.places !== places || before.locations.some((location) => places?.hasMoved(location))) return false
  return areSame(names, before.names)
}

/** Names of the same references. */
function areSame(names: readonly string[], others: readonly string[]): boolean {
  return names.every((name, at) => name === others[at])
}
