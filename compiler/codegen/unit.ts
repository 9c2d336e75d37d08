/**
 * Code that is emitted once and linked into modules again and again: a route's. What it shares with others (constants, outcomes,
 * functions for parts of expressions) has no name in it yet, so it does not depend on the rest of the module.
 */
import type { RecordShape } from '../../language/checker/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { DecisionStep, Program, RouteIr } from '../ir/index.ts'
import { OWN_ROUTE, placeName, rulePlace } from '../places.ts'
import type { Assembly, Block, Declaring, SharedDeclaration } from './assembly.ts'
import { type Code, comment, joinCode, js, mark, reference, resolve } from './code.ts'
import { fill, type Layout, layOut } from './layout.ts'
import { type Definition, LinkedBlock, References } from './linking.ts'
import {
  type ConstantKind,
  constantKey,
  type InputKind,
  ModuleScope,
  outcomeKey,
  type PartKind,
  partKey,
  type RoutePart,
} from './module-scope.ts'
import { moduleName } from './names.ts'

type Make = (module: ModuleScope) => Code
type MakeNamed = (module: ModuleScope, name: Code) => Code

/** Caches of emitted code that the units of all routes share. */
export class SharedUnits {
  /** Decoders of record types, for the bodies of many routes. */
  readonly records = new WeakMap<RecordShape, Map<InputKind, UnitRecord>>()
  /** Functions that report the result of a rule to a trace. A rule has the same function on many routes. */
  readonly judges = new WeakMap<DecisionStep, UnitDeclaration>()
  /** Route parts by the programs for anonymous and for authenticated callers. */
  readonly #ofPrograms = new WeakMap<Program, WeakMap<Program, Map<string, UnitDeclaration>>>()

  ofPrograms({ anonymous, authenticated }: RouteIr): Map<string, UnitDeclaration> {
    const ofAnonymous = this.#ofPrograms.get(anonymous) ?? new WeakMap<Program, Map<string, UnitDeclaration>>()
    this.#ofPrograms.set(anonymous, ofAnonymous)
    const ofBoth = ofAnonymous.get(authenticated) ?? new Map<string, UnitDeclaration>()
    ofAnonymous.set(authenticated, ofBoth)
    return ofBoth
  }
}

/** A unit's view of its module: everything shared is a reference. */
class UnitScope extends ModuleScope {
  readonly definitions: Definition[] = []
  readonly #shared: SharedUnits
  readonly #known = new Map<string, Code>()
  readonly #knownUnits = new Map<UnitRecord | UnitDeclaration, Code>()

  constructor(shared: SharedUnits) {
    super()
    this.#shared = shared
  }

  /** Returns a reference to the unit's own name. Must be called first. */
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

  override record(shape: RecordShape, input: InputKind, make: Make): Code {
    const { records } = this.#shared
    const ofShape = records.get(shape) ?? new Map<InputKind, UnitRecord>()
    records.set(shape, ofShape)
    const record = ofShape.get(input) ?? new UnitRecord(make, this.#shared)
    ofShape.set(input, record)
    return this.#unit(record, { kind: 'record', record }, 'record')
  }

  override judge(step: DecisionStep, make: MakeNamed): Code {
    const { judges } = this.#shared
    const unit = judges.get(step) ?? new UnitDeclaration('judge', make, this.#shared)
    judges.set(step, unit)
    const { rule } = step
    const first = once(() => moduleName('judge', rule))
    const by: Declaring = { nameIn: (module) => module.judgeName(rule, first), place: rulePlace(rule), title: null }
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
      nameIn: once(() => moduleName(kind, service, own)),
      place: placeName.route(name),
      title: kind === 'trace' ? null : comment(`${name}: ${methods?.join(', ') ?? 'ANY'} ${template}`),
    }
    return this.#unit(unit, { kind: 'declared', unit, by }, `${kind}$${name}`)
  }

  /** The name is known: the rule's. Only the first unit of a module that uses the rule emits it. */
  override rule(rule: string, make: Make): Code {
    const name = moduleName('rule', rule)
    const key = `rule ${rule}`
    if (this.#known.has(key)) return name
    // The closure lives as long as the unit, so it must not capture `this` and all of its code.
    const shared = this.#shared
    const unit = once(() => new Unit((own) => mark(rulePlace(rule), js`const ${name} = ${make(own)}`), shared))
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
  readonly #references: References
  readonly #layout: Layout
  readonly #linked = new LinkedBlock()

  /**
   * Creates a unit: code that is emitted once, with references in place of names, and then linked into several modules.
   *
   * @param make returns the unit's code as whole lines
   */
  constructor(make: Make, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    this.#layout = layOut(make(scope))
    this.#references = new References(scope.definitions)
  }

  /** Adds the definitions that the code needs to a module. Returns the code with the names that they have there. */
  link(module: Assembly): Block {
    return this.#linked.link(module, this.#references.names(module), '', () => this.#layout)
  }
}

class UnitRecord {
  readonly #references: References
  readonly #value: Code
  #linkedInto = 0
  #name: Code | null = null

  constructor(make: Make, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    this.#value = make(scope)
    this.#references = new References(scope.definitions)
  }

  /** Returns its name in a module. */
  link(module: Assembly): Code {
    if (this.#name === null || this.#linkedInto !== module.id) {
      this.#name = module.constant('record', resolve(this.#value, this.#references.parts(module)))
      this.#linkedInto = module.id
    }
    return this.#name
  }
}

/** A function or constant that several units share under one name. */
class UnitDeclaration {
  readonly #kind: string
  readonly #references: References
  readonly #layout: Layout
  readonly #linked = new LinkedBlock()
  #names: readonly string[] | null = null
  /** With resolved names, except its own. */
  #text = ''
  #linkedInto = 0
  #declared: SharedDeclaration | null = null

  /** @param make may add functions that precede it */
  constructor(kind: string, make: MakeNamed, shared: SharedUnits) {
    const scope = new UnitScope(shared)
    // Must be called before all other references.
    const code = make(scope, scope.own(kind))
    this.#kind = kind
    this.#layout = layOut(joinCode([...scope.functions, code], '\n\n'))
    this.#references = new References(scope.definitions)
  }

  /** Adds it to a module, unless it is there. */
  link(module: Assembly, by: Declaring): SharedDeclaration {
    if (this.#declared === null || this.#linkedInto !== module.id) {
      this.#declared = this.#declare(module, by)
      this.#linkedInto = module.id
    }
    return this.#declared
  }

  #declare(module: Assembly, { nameIn, place }: Declaring): SharedDeclaration {
    const names = this.#references.names(module)
    if (names !== this.#names) {
      this.#names = names
      this.#text = fill(this.#layout, names)
    }
    const make = (name: Code) => this.#linked.link(module, names, String(name), () => placedAt(place, this.#layout))
    return module.declare(this.#kind, this.#text, this.#layout.marks, () => nameIn(module), make)
  }
}

/** Replaces the own place by the declaring unit's. */
function placedAt(place: string, layout: Layout): Layout {
  if (!layout.places.includes(OWN_ROUTE)) return layout
  const own = (one: string) => (one === OWN_ROUTE ? place : one)
  const marks = layout.marks.map((mark) => (mark.place === OWN_ROUTE ? { ...mark, place } : mark))
  return { ...layout, marks, places: layout.places.map(own) }
}

/** Returns a memoized function. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
