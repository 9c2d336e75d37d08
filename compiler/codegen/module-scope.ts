import type { RecordShape } from '../../language/checker/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { DecisionStep, Expr, RouteIr, VariableName } from '../ir/index.ts'
import { type Code, type CodePart, js, literal } from './code.ts'
import { moduleName } from './names.ts'

/** Name prefixes of functions for parts of expressions; no constant has one. */
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

/** The parameters of emitted functions. */
export type FunctionRoot = 'facts' | 'request'

/** A function for a part of an expression, with its parameters after `facts` and `request`. */
export interface FunctionPart {
  readonly name: Code
  readonly roots: readonly FunctionRoot[]
  readonly variables: readonly VariableName[]
}

/** A function of a route that has a name in the module. */
export interface RoutePart {
  readonly kind: 'early' | 'decide' | 'obligations' | 'trace'
  /** Distinguishes parts that are made from the same programs. */
  readonly variant: string
}

/**
 * The source of a value. In claims, records are open and times may be seconds; elsewhere a record says whether it is open. Data
 * stays loaded, so lookups in it are precomputed.
 */
export type InputKind = 'claims' | 'data' | 'json'

/** Constants, outcomes and functions that emitted functions share, in the order of first use. */
export class ModuleScope {
  readonly #constants = new Map<string, Code>()
  readonly #outcomes = new Map<string, { readonly index: number; readonly outcome: Outcome }>()
  /** Declarations of constants, which precede all other code. */
  readonly constants: Code[] = []
  readonly functions: Code[] = []
  /** Table positions by name, for the routes that tables decide. */
  readonly #tabled: ReadonlyMap<string, number>
  readonly #parts = new Map<string, Code>()
  #places = 0
  /** Null: none yet, as most units have no parts. */
  #made: Map<Expr, Map<string, FunctionPart>> | null = null

  constructor(tabled: ReadonlyMap<string, number> = new Map()) {
    this.#tabled = tabled
  }

  /** Returns `decide` of a route that tables decide. */
  tabled(route: string): Code {
    const place = this.#tabled.get(route)
    if (place === undefined) throw new Error(`${route} is in no table`)
    return js`abi.tabled(table$all, ${place})`
  }

  /** Returns the name of a constant; equal values share one. */
  constant(kind: ConstantKind, value: Code, key = constantKey(kind, value)): Code {
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = moduleName(kind, this.#constants.size + 1)
    this.#constants.set(key, name)
    this.constants.push(js`const ${name} = ${value}`)
    return name
  }

  /** Returns the name of a scratch place for a time, a new one for each use. */
  place(): Code {
    this.#places += 1
    return this.constant('moment', js`abi.moment(${this.#places})`)
  }

  /** Returns the constant that holds the decoder of a record; equal ones are shared. */
  record(_: RecordShape, __: InputKind, make: (module: ModuleScope) => Code): Code {
    return this.constant('record', make(this))
  }

  /** Returns the name of a rule's constant. A module may emit it later. */
  rule(_: string, __: (module: ModuleScope) => Code): Code {
    throw new Error('a module scope for expressions has no rules')
  }

  /** Returns the name of the function that reports a step to the tracer. */
  judge(_: DecisionStep, __: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is traced here')
  }

  /** Returns the name of a route's part, which routes with equal programs share. */
  ofRoute(_: RoutePart, __: RouteIr, ___: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is emitted for routes here')
  }

  addFunction(code: Code): void {
    this.functions.push(code)
  }

  /** Returns the outcome's index in the table. */
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

  /** Memoizes a part by expression and variant. */
  partOf(expression: Expr, way: string, make: () => FunctionPart): FunctionPart {
    this.#made ??= new Map()
    const made = this.#made.get(expression) ?? new Map<string, FunctionPart>()
    this.#made.set(expression, made)
    const part = made.get(way) ?? make()
    made.set(way, part)
    return part
  }

  /** Returns the name of a function for a part of an expression; equal ones are shared. */
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
  // Effects and rule names have no spaces.
  return `${effect} ${rule ?? ''} ${reason === null ? '' : `:${reason}`}`
}

/** Emits a string literal in place, or as a constant if the text is long. */
export function text(value: string, module: ModuleScope, long: number): Code {
  return value.length > long ? module.constant('text', literal(value)) : literal(value)
}
