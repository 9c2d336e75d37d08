import type { RecordShape } from '../../language/checker/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { DecisionStep, Expr, RouteIr, VariableName } from '../ir/index.ts'
import { type Code, type CodePart, js, literal } from './code.ts'
import { moduleName } from './names.ts'

/** What a function for a part of an expression is called; no constant is called so. */
export type PartKind = 'part' | 'all' | 'exists' | 'exists_one' | 'filter' | 'map'

export type ConstantKind =
  | 'text'
  | 'list'
  | 'set'
  | 'table'
  | 'record'
  | 'keys'
  | 'requirement'
  | 'regex'
  | 'zone'
  | 'range'
  | 'moment'

/** What an emitted function is given. */
export type FunctionRoot = 'facts' | 'request'

/** A function for a part of an expression, and what it is to be given after what it needs of `facts` and `request`. */
export interface FunctionPart {
  readonly name: Code
  readonly roots: readonly FunctionRoot[]
  readonly variables: readonly VariableName[]
}

/** What a route has under a name of the module. */
export interface RoutePart {
  readonly kind: 'early' | 'decide' | 'obligations' | 'trace'
  /** What it is made of besides the programs of the route: where this is the same, it is. */
  readonly variant: string
}

/**
 * Where a value comes in. Records among claims are open, and times there may be seconds; elsewhere a record says whether it is
 * open. Data stay, so that what is asked of them is made ready.
 */
export type InputKind = 'claims' | 'data' | 'json'

/** What emitted functions share: constants, outcomes, and the functions themselves, in the order in which they are asked for. */
export class ModuleScope {
  readonly #constants = new Map<string, Code>()
  readonly #outcomes = new Map<string, { readonly index: number; readonly outcome: Outcome }>()
  /** Declarations of constants; they come before everything else. */
  readonly constants: Code[] = []
  /** Declarations of functions. */
  readonly functions: Code[] = []
  /** The place in the tables of each route that is decided by them, by name. */
  readonly #tabled: ReadonlyMap<string, number>
  readonly #parts = new Map<string, Code>()
  #places = 0
  /** Null: nothing yet. Most units make no parts. */
  #made: Map<Expr, Map<string, FunctionPart>> | null = null

  constructor(tabled: ReadonlyMap<string, number> = new Map()) {
    this.#tabled = tabled
  }

  /** `decide` of a route that is decided by the tables. */
  tabled(route: string): Code {
    const place = this.#tabled.get(route)
    if (place === undefined) throw new Error(`${route} is in no table`)
    return js`abi.tabled(table$all, ${place})`
  }

  /** The name of a constant with this value; equal ones are one. */
  constant(kind: ConstantKind, value: Code, key = constantKey(kind, value)): Code {
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = moduleName(kind, this.#constants.size + 1)
    this.#constants.set(key, name)
    this.constants.push(js`const ${name} = ${value}`)
    return name
  }

  /** The name of a place in which a time is worked out: another one for each piece of code that does so. */
  place(): Code {
    this.#places += 1
    return this.constant('moment', js`abi.moment(${this.#places})`)
  }

  /** The constant that is the function which reads a record; equal ones are one. */
  record(_: RecordShape, __: InputKind, make: (module: ModuleScope) => Code): Code {
    return this.constant('record', make(this))
  }

  /** The name of what is said of a rule once. Whoever makes a whole module finds a place for it, and may make it later. */
  rule(_: string, __: (module: ModuleScope) => Code): Code {
    throw new Error('nothing is said of rules here')
  }

  /** The name of the function that tells the tracer of a step. */
  judge(_: DecisionStep, __: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is traced here')
  }

  /** The name of something that a route has, or has in common with routes that are the same in what it is made of. */
  ofRoute(_: RoutePart, __: RouteIr, ___: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is emitted for routes here')
  }

  addFunction(code: Code): void {
    this.functions.push(code)
  }

  /** The index of an outcome in the table. */
  outcome(outcome: Outcome, key = outcomeKey(outcome)): CodePart {
    const known = this.#outcomes.get(key)
    if (known !== undefined) return known.index
    const index = this.#outcomes.size
    this.#outcomes.set(key, { index, outcome })
    return index
  }

  outcomes(): readonly Outcome[] {
    return [...this.#outcomes.values()].map(({ outcome }) => outcome)
  }

  /** What was made of an expression in some way, made when it is asked for first. */
  partOf(expression: Expr, way: string, make: () => FunctionPart): FunctionPart {
    this.#made ??= new Map()
    const made = this.#made.get(expression) ?? new Map<string, FunctionPart>()
    this.#made.set(expression, made)
    const part = made.get(way) ?? make()
    made.set(way, part)
    return part
  }

  /** The name of a function for a part of an expression; equal ones are one. */
  part(kind: PartKind, parameters: Code, body: Code, key = partKey(kind, parameters, body)): Code {
    const known = this.#parts.get(key)
    if (known !== undefined) return known
    const name = moduleName(kind, this.#parts.size + 1)
    this.#parts.set(key, name)
    this.addFunction(js`function ${name}(${parameters}) {\n${body}\n}`)
    return name
  }
}

export function constantKey(kind: ConstantKind, value: Code): string {
  return `${kind} ${value}`
}

export function partKey(kind: PartKind, parameters: Code, body: Code): string {
  return `${kind} (${parameters}) ${body}`
}

export function outcomeKey({ effect, rule, reason }: Outcome): string {
  // No effect and no name of a rule has a space in it.
  return `${effect} ${rule ?? ''} ${reason === null ? '' : `:${reason}`}`
}

/** A string literal in place, or a constant where it is long. */
export function text(value: string, module: ModuleScope, long: number): Code {
  return value.length > long ? module.constant('text', literal(value)) : literal(value)
}
