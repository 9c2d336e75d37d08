import type { RecordShape } from '../../language/checker/types/type.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import type { DecisionStep, Expr, RouteIr, VariableName } from '../ir/index.ts'
import { type Code, type CodePart, js, literal } from './code.ts'
import { moduleName } from './names.ts'

/**
 * Kinds of functions for parts of expressions. The name of such a function begins with its kind, which no constant's name does.
 */
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

/** Names of the parameters that emitted functions can have: the caller's facts and the request. */
export type FunctionRoot = 'facts' | 'request'

/**
 * An emitted function that evaluates a part of an expression. `roots`: which of `facts` and `request` are its first parameters.
 * `variables`: the variables that are its last parameters.
 */
export interface FunctionPart {
  readonly name: Code
  readonly roots: readonly FunctionRoot[]
  readonly variables: readonly VariableName[]
}

/** Identifies a function of a route that routes with equal programs share. */
export interface RoutePart {
  readonly kind: 'early' | 'decide' | 'obligations' | 'trace'
  /** Identifies the variant of the function, if routes with equal programs need different code for it. */
  readonly variant: string
}

/**
 * The kind of input that contains a value. In claims, records are open and times may be seconds; elsewhere a record says whether
 * it is open. Lookups in data are precomputed, as data stays loaded.
 */
export type InputKind = 'claims' | 'data' | 'json'

/** Collects the constants, outcomes and functions of a generated module, which its functions share, in the order of first use. */
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

  /** Returns the code of the `decide` function of a route that is decided by a table instead of code of its own. */
  tabled(route: string): Code {
    const place = this.#tabled.get(route)
    if (place === undefined) throw new Error(`${route} is in no table`)
    return js`abi.tabled(table$all, ${place})`
  }

  /** Declares a constant of the module and returns its name. Equal values of one kind share a constant. */
  constant(kind: ConstantKind, value: Code, key = constantKey(kind, value)): Code {
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const name = moduleName(kind, this.#constants.size + 1)
    this.#constants.set(key, name)
    this.constants.push(js`const ${name} = ${value}`)
    return name
  }

  /** Declares a constant with a new `Moment`, a reused mutable object for a computed time, and returns its name. */
  place(): Code {
    this.#places += 1
    return this.constant('moment', js`abi.moment(${this.#places})`)
  }

  /** Returns the name of the constant with a record's decoder. Equal decoders are shared. */
  record(_: RecordShape, __: InputKind, make: (module: ModuleScope) => Code): Code {
    return this.constant('record', make(this))
  }

  /** Returns the name of the constant that describes a rule. Its declaration may be emitted later. */
  rule(_: string, __: (module: ModuleScope) => Code): Code {
    throw new Error('a module scope for expressions has no rules')
  }

  /** Returns the name of the function that reports the result of a rule to a trace. */
  judge(_: DecisionStep, __: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is traced here')
  }

  /** Returns the name of a route's function. Routes with equal programs share it. */
  ofRoute(_: RoutePart, __: RouteIr, ___: (module: ModuleScope, name: Code) => Code): Code {
    throw new Error('nothing is emitted for routes here')
  }

  addFunction(code: Code): void {
    this.functions.push(code)
  }

  /** Returns the index of a decision outcome in the module's table of outcomes, and adds the outcome if it is new. */
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

  /**
   * Returns the function for a part of an expression, made by `make` on the first call with the same expression and variant
   * `way`.
   */
  partOf(expression: Expr, way: string, make: () => FunctionPart): FunctionPart {
    this.#made ??= new Map()
    const made = this.#made.get(expression) ?? new Map<string, FunctionPart>()
    this.#made.set(expression, made)
    const part = made.get(way) ?? make()
    made.set(way, part)
    return part
  }

  /** Declares a function for a part of an expression and returns its name. Equal functions are shared. */
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

/** Emits a string literal, or a constant of the module if the text is longer than `long` characters. */
export function text(value: string, module: ModuleScope, long: number): Code {
  return value.length > long ? module.constant('text', literal(value)) : literal(value)
}
