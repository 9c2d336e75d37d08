/**
 * What is emitted by itself and put into a module later, as it is, again and again: the code of a route. What it shares with others (constants,
 * outcomes, functions for parts of expressions) has no name in it yet, so that it does not depend on what else the module has.
 */
import type { Outcome } from '../../runtime/abi/index.ts'
import { type Code, type Part, reference, resolve } from './code.ts'
import { type ConstantKind, ModuleScope, outcomeKey, type PartKind } from './module-scope.ts'
import { moduleName } from './names.ts'

/** What a unit refers to, in the order in which it was asked for. Its codes refer to those before it. */
type Definition =
  | { readonly kind: 'constant'; readonly constant: ConstantKind; readonly value: Code }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'part'; readonly part: PartKind; readonly parameters: Code; readonly body: Code }
  | { readonly kind: 'rule'; readonly rule: string; readonly code: Code }
  | { readonly kind: 'tabled'; readonly route: string }

/** A module as far as a unit sees it, in which everything that is shared is a reference. */
class UnitScope extends ModuleScope {
  readonly definitions: Definition[] = []
  readonly #known = new Map<string, Code>()

  override constant(kind: ConstantKind, value: Code): Code {
    return this.#define(`${kind} ${value}`, () => ({ kind: 'constant', constant: kind, value }))
  }

  override outcome(outcome: Outcome): Code {
    return this.#define(outcomeKey(outcome), () => ({ kind: 'outcome', outcome }))
  }

  override part(kind: PartKind, parameters: Code, body: Code): Code {
    return this.#define(`${kind} (${parameters}) ${body}`, () => ({ kind: 'part', part: kind, parameters, body }))
  }

  override tabled(route: string): Code {
    return this.#define(`tabled ${route}`, () => ({ kind: 'tabled', route }))
  }

  /** Its name is known: it is that of the rule. */
  override rule(rule: string, make: () => Code): Code {
    const name = moduleName('rule', rule)
    this.#define(`rule ${rule}`, () => ({ kind: 'rule', rule, code: make() }))
    return name
  }

  #define(key: string, make: () => Definition): Code {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const definition = make()
    const made = reference(
      this.definitions.length,
      'constant' in definition ? definition.constant : 'part' in definition ? definition.part : '',
    )
    this.definitions.push(definition)
    this.#known.set(key, made)
    return made
  }
}

export class Unit {
  readonly #definitions: readonly Definition[]
  readonly #functions: readonly Code[]
  readonly #value: Code
  /** As it was linked last: most of a module keeps its names when something in it changes. */
  #linked: { readonly names: readonly Part[]; readonly functions: readonly Code[]; readonly value: Code } | null = null

  /** `make` adds functions to the module, and returns what stands for them all. */
  constructor(make: (module: ModuleScope) => Code) {
    const scope = new UnitScope()
    this.#value = make(scope)
    this.#definitions = scope.definitions
    this.#functions = scope.functions
  }

  /** Puts its functions into a module; returns what stands for them. */
  link(module: ModuleScope): Code {
    const names: Part[] = []
    for (const one of this.#definitions) names.push(define(one, names, module))
    const linked = this.#linked !== null && same(names, this.#linked.names) ? this.#linked : this.#resolve(names)
    this.#linked = linked
    for (const one of linked.functions) module.functions.push(one)
    return linked.value
  }

  #resolve(names: readonly Part[]) {
    return { names, functions: this.#functions.map((one) => resolve(one, names)), value: resolve(this.#value, names) }
  }
}

function define(one: Definition, names: readonly Part[], module: ModuleScope): Part {
  switch (one.kind) {
    case 'constant':
      return module.constant(one.constant, resolve(one.value, names))
    case 'outcome':
      return module.outcome(one.outcome)
    case 'part':
      return module.part(one.part, resolve(one.parameters, names), resolve(one.body, names))
    case 'tabled':
      return module.tabled(one.route)
    case 'rule':
      return module.rule(one.rule, () => resolve(one.code, names))
  }
}

/** The module makes a name once, and gives it to all that ask. */
function same(names: readonly Part[], before: readonly Part[]): boolean {
  return names.every((name, at) => name.toString() === before[at]?.toString())
}
