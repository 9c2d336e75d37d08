/**
 * What is emitted by itself and put into a module later, as it is, again and again: the code of a route. What it shares with others (constants,
 * outcomes, functions for parts of expressions) has no name in it yet, so that it does not depend on what else the module has.
 */
import type { RecordShape } from '../../language/semantics/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { Program, RouteIr, Step } from '../ir/index.ts'
import { OWN_ROUTE, placeOf, rulePlace } from '../places.ts'
import { type Assembly, type Block, blockOf, type Declared } from './assembly.ts'
import { type Code, joinCode, js, mark, type Part, reference, resolve } from './code.ts'
import type { Door } from './door/door.ts'
import { fill, type Layout, layOut } from './layout.ts'
import type { Location } from './mappings.ts'
import {
  type ConstantKind,
  constantKey,
  ModuleScope,
  outcomeKey,
  type PartKind,
  partKey,
  type RoutePart,
} from './module-scope.ts'
import { moduleName } from './names.ts'

/** What a unit refers to, in the order in which it was asked for. Its codes refer to those before it; `key` where they refer to none. */
type Definition =
  | { readonly kind: 'constant'; readonly constant: ConstantKind; readonly value: Code; readonly key: string | undefined }
  | { readonly kind: 'outcome'; readonly outcome: Outcome; readonly key: string }
  | { readonly kind: 'part'; readonly part: PartKind; readonly parameters: Code; readonly body: Code }
  | { readonly kind: 'record'; readonly record: UnitRecord }
  | { readonly kind: 'rule'; readonly rule: string; readonly unit: () => Unit }
  | { readonly kind: 'tabled'; readonly route: string }
  | { readonly kind: 'declared'; readonly unit: UnitDeclaration; readonly by: Declaring }
  /** What the unit is called itself. */
  | { readonly kind: 'own' }

/** Who declares something, if it is the first to do so. */
interface Declaring {
  nameIn(module: Assembly): Code
  /** Of the policy. */
  readonly place: string
  /** For people; null: the name says enough. */
  readonly title: string | null
}

type Make = (module: ModuleScope) => Code
type MakeNamed = (module: ModuleScope, name: Code) => Code

/** What units have in common. */
export class SharedUnits {
  /** Readers of records, by type: many routes have the same body. */
  readonly records = new WeakMap<RecordShape, Map<Door, UnitRecord>>()
  /** What tells the tracer of steps: a rule says the same on many routes. */
  readonly judges = new WeakMap<Step, UnitDeclaration>()
  /** What is made of the programs of a route for anonymous and for authenticated callers. */
  readonly #ofPrograms = new WeakMap<Program, WeakMap<Program, Map<string, UnitDeclaration>>>()

  ofPrograms({ anonymous, authenticated }: RouteIr): Map<string, UnitDeclaration> {
    const ofAnonymous = this.#ofPrograms.get(anonymous) ?? new WeakMap<Program, Map<string, UnitDeclaration>>()
    this.#ofPrograms.set(anonymous, ofAnonymous)
    const ofBoth = ofAnonymous.get(authenticated) ?? new Map<string, UnitDeclaration>()
    ofAnonymous.set(authenticated, ofBoth)
    return ofBoth
  }
}

/** A module as far as a unit sees it, in which everything that is shared is a reference. */
class UnitScope extends ModuleScope {
  readonly definitions: Definition[] = []
  readonly #shared: SharedUnits
  readonly #known = new Map<string, Code>()
  readonly #knownUnits = new Map<UnitRecord | UnitDeclaration, Code>()

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

  override judge(step: Step, make: MakeNamed): Code {
    const { judges } = this.#shared
    const unit = judges.get(step) ?? new UnitDeclaration('judge', make, this.#shared)
    judges.set(step, unit)
    const { rule } = step
    const by: Declaring = { nameIn: (module) => module.judgeName(rule), place: rulePlace(rule), title: null }
    return this.#unit(unit, { kind: 'declared', unit, by }, `judge$${rule}`)
  }

  override ofRoute({ kind, variant }: RoutePart, route: RouteIr, make: MakeNamed): Code {
    const units = this.#shared.ofPrograms(route)
    const key = `${kind} ${variant}`
    const unit = units.get(key) ?? new UnitDeclaration(kind, make, this.#shared)
    units.set(key, unit)
    const { name, methods, template } = route
    const [service = '', own = ''] = name.split('.')
    const by: Declaring = {
      nameIn: () => moduleName(kind, service, own),
      place: placeOf.route(name),
      title: kind === 'trace' ? null : `${name}: ${methods?.join(', ') ?? 'ANY'} ${template}`,
    }
    return this.#unit(unit, { kind: 'declared', unit, by }, `${kind}$${name}`)
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

  #unit(unit: UnitRecord | UnitDeclaration, definition: Definition, wish: string): Code {
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
  readonly #layout: Layout
  /** As it was linked last: most of a module keeps its names when something in it changes. */
  #linked: Linked | null = null

  /** `make` returns what stands for it: whole lines. */
  constructor(make: Make, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    this.#layout = layOut(make(scope))
    this.#definitions = scope.definitions
  }

  /** Puts what it refers to into a module; returns what stands for it. */
  link(module: Assembly): Block {
    const names = namesOf(this.#definitions, module).map(String)
    this.#linked = linkedAnew(this.#linked, names, module, () => this.#layout)
    return this.#linked.block
  }
}

interface Linked {
  readonly names: readonly string[]
  readonly places: Assembly['places']
  /** Where those of its marks were. */
  readonly locations: readonly Location[]
  readonly block: Block
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

/** What a declaration is called itself: it is asked for before all that it refers to. */
const OWN = 0

/** A function or a constant that several units may have, under one name in a module. */
class UnitDeclaration {
  readonly #kind: string
  readonly #definitions: readonly Definition[]
  readonly #layout: Layout
  /** As it was linked last. */
  #text = ''
  #names: readonly string[] | null = null
  #linked: Linked | null = null

  /** @param make may add functions that go before it */
  constructor(kind: string, make: MakeNamed, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    const code = make(scope, scope.own(kind))
    this.#kind = kind
    this.#layout = layOut(joinCode([...scope.functions, code], '\n\n'))
    this.#definitions = scope.definitions
  }

  /** Puts it into a module, unless it is there. */
  link(module: Assembly, { nameIn, place }: Declaring): Declared {
    const names = namesOf(this.#definitions, module).map(String)
    if (this.#names === null || !areSame(names, this.#names)) {
      this.#names = [...names]
      // Its own name is nothing yet.
      this.#text = fill(this.#layout, names)
    }
    const make = (name: Code): Block => {
      names[OWN] = String(name)
      this.#linked = linkedAnew(this.#linked, names, module, () => placedAt(place, this.#layout))
      return this.#linked.block
    }
    return module.declare(this.#kind, this.#text, this.#layout.marks, () => nameIn(module), make)
  }
}

/** With the place of whoever declares it. */
function placedAt(place: string, layout: Layout): Layout {
  if (!layout.places.includes(OWN_ROUTE)) return layout
  const own = (one: string) => (one === OWN_ROUTE ? place : one)
  const marks = layout.marks.map((mark) => (mark.place === OWN_ROUTE ? { ...mark, place } : mark))
  return { ...layout, marks, places: layout.places.map(own) }
}

/** What stood for a layout before, where that is still good. */
function linkedAnew(before: Linked | null, names: readonly string[], { places }: Assembly, layoutOf: () => Layout): Linked {
  if (before !== null && isGood(before, names, places)) return before
  const layout = layoutOf()
  const locations = places === null ? [] : layout.places.map((place) => places.locate(place))
  return { names, places, locations, block: blockOf(layout, names, places) }
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
    case 'declared': {
      const { name, titles } = module.declaredBy(one.unit, () => one.unit.link(module, one.by))
      if (one.by.title !== null) titles.push(one.by.title)
      return name
    }
    case 'own':
      return NOTHING
    case 'rule':
      module.addRule(one.rule, () => one.unit().link(module))
      // Nothing refers to it.
      return 0
  }
}

/** Whether what a unit refers to is called what it was called, and what it came of is where it was. */
function isGood(before: Linked, names: readonly string[], places: Assembly['places']): boolean {
  if (before.places !== places || before.locations.some((location) => places?.hasMoved(location))) return false
  return areSame(names, before.names)
}

/** Names of the same references. */
function areSame(names: readonly string[], others: readonly string[]): boolean {
  return names.every((name, at) => name === others[at])
}
