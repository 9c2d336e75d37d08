import type { Shared, VariableName } from '../ir/index.ts'
import { type Code, indent, joinCode, js } from './code.ts'
import type { FunctionPart, FunctionRoot, ModuleScope, PartKind } from './module-scope.ts'
import { Names } from './names.ts'
import { emitDatumRead } from './property.ts'

/** Whether what is shared is kept, and whether the code that keeps it runs once or in rounds. */
type Keeping = 'nothing' | 'once' | 'rounds'

/** An expression that is heavier becomes a function of its own. */
export const HEAVY = 6_000
/** A function that is longer is continued in another: V8 optimizes no function of more than 61,440 bytes of bytecode. */
export const LONG_FUNCTION = 16_000

/**
 * The locals of one emitted function. Every one has `facts` and `request`; what is read of them is named at the head of the
 * function, once. In a `facts` function the facts are still being made: `caller` and `roles` are its own, and there is no request
 * but only `data`.
 */
export class FunctionScope {
  readonly module: ModuleScope
  readonly #makesFacts: boolean
  readonly #names = new Names()
  readonly #locals = new Map<string, Code>()
  readonly #variables = new Map<VariableName, Code>()
  readonly #moments = new Set<VariableName>()
  readonly #declarations: Code[] = []
  readonly #temporaries: Code[] = []
  readonly #scratches = new Map<string, Code>()
  readonly #flags: Code[] = []
  readonly #roots = new Set<FunctionRoot>()
  readonly #keeping: Keeping
  readonly #kept = new Map<Shared, Code>()
  readonly #variablesForKept: Code[] = []
  readonly #constants: Code[] = []
  readonly #settled = new Set<Shared>()
  #ownRoles: { readonly word: number; readonly local: Code } | null = null

  constructor(module: ModuleScope, kind: 'decision' | 'facts' = 'decision', keeping: Keeping = 'nothing') {
    this.module = module
    this.#makesFacts = kind === 'facts'
    this.#keeping = keeping
  }

  /**
   * Of a function that works out roles of one word: they are in a variable until it returns. Functions for parts of expressions
   * do not see them.
   */
  workOutRoles(word: number, wish: string): Code {
    const local = this.#names.fresh(wish)
    this.#ownRoles = { word, local }
    return local
  }

  facts(): Code {
    this.#roots.add('facts')
    return js`facts`
  }

  request(): Code {
    if (this.#makesFacts) throw new Error('what makes facts reads the request')
    this.#roots.add('request')
    return js`request`
  }

  caller(): Code {
    return this.#makesFacts
      ? js`caller`
      : this.#local(
          'caller',
          () => js`caller`,
          () => js`${this.facts()}.caller`,
        )
  }

  /** What the caller's fields mean in data. */
  linkedCaller(): Code {
    return this.#local(
      'linked',
      () => this.#names.fresh('linked'),
      () => js`abi.linkedCaller(${this.facts()}, ${this.request()})`,
    )
  }

  /** Of what is above a field of the caller, the bits of names that may be. */
  ancestors(wish: string, member: Code): Code {
    return this.#local(
      `ancestors ${member}`,
      () => this.#names.fresh(wish),
      () => js`${this.linkedCaller()}.${member}.bits`,
    )
  }

  roles(word: number): Code {
    if (this.#makesFacts) return this.#ownRoles?.word === word ? this.#ownRoles.local : js`roles[${word}]`
    return this.#local(
      `roles ${word}`,
      () => this.#names.fresh(`roles${word}`),
      () => js`${this.facts()}.roles[${word}]`,
    )
  }

  /** A decoded segment of the path. */
  segments(): Code {
    return js`${this.request()}.segments`
  }

  /** `read` says how it is read of the request. */
  param(index: number, name: string, read: () => Code): Code {
    return this.#local(`param ${index}`, () => this.#names.fresh(name), read)
  }

  data(name: string): Code {
    const all = () => (this.#makesFacts ? js`data` : js`${this.request()}.data`)
    return this.#local(
      `data ${name}`,
      () => this.#names.fresh(name),
      () => emitDatumRead(all(), name),
    )
  }

  /** A variable for a value that is needed twice. Assigned before it is read. */
  temporary(wish = `value${this.#temporaries.length + 1}`): Code {
    const name = this.#names.fresh(wish)
    this.#temporaries.push(name)
    return name
  }

  /** One for a value that is read for the last time before the next one is put there. */
  scratch(wish: string): Code {
    const known = this.#scratches.get(wish) ?? this.temporary(wish)
    this.#scratches.set(wish, known)
    return known
  }

  /**
   * A variable that is false until an expression sets it; every expression runs at most once a call, or once a round of a loop.
   */
  flag(): Code {
    const name = this.#names.fresh(`erred${this.#flags.length + 1}`)
    this.#flags.push(name)
    return name
  }

  /** Whether what is shared is kept in a variable; else it is worked out everywhere. */
  get keeps(): boolean {
    return this.#keeping !== 'nothing'
  }

  /** The variable that keeps a value: `settled` where it surely has it, `new` where it surely has not. */
  kept(expression: Shared): { readonly local: Code; readonly state: 'settled' | 'new' | 'maybe' } {
    const known = this.#kept.get(expression)
    if (known !== undefined) return { local: known, state: this.#settled.has(expression) ? 'settled' : 'maybe' }
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#variablesForKept.push(local)
    // In a loop the next round finds what this one left.
    return { local, state: this.#keeping === 'rounds' ? 'maybe' : 'new' }
  }

  /** Keeps a value in a constant, which is made before the line that is being emitted. Not where a variable keeps it already. */
  makeConstant(expression: Shared, emit: () => Code): void {
    if (!this.keeps || this.#kept.has(expression)) return
    const value = emit()
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#constants.push(js`const ${local} = ${value}`)
    this.keepValues([expression])
  }

  /** The constants that the line that was just emitted needs. */
  constants(): readonly Code[] {
    return this.#constants.splice(0)
  }

  /** From here on they have their values. */
  keepValues(some: readonly Shared[]): void {
    for (const one of some) this.#settled.add(one)
  }

  /** What is settled while `emit` runs is not afterwards: its code may not have been reached. */
  maybe<T>(emit: () => T): T {
    if (!this.keeps) return emit()
    const before = new Set(this.#settled)
    const result = emit()
    for (const one of this.#settled) if (!before.has(one)) this.#settled.delete(one)
    return result
  }

  /** A name that something else declares. */
  name(wish: string): Code {
    return this.#names.fresh(wish)
  }

  /** What a variable of the policy is called here. */
  variable(name: VariableName): Code {
    const local = this.#variables.get(name)
    if (local === undefined) throw new Error(`no variable ${name}`)
    return local
  }

  /** Whether a variable of the policy is a time that is worked out in a place. */
  holdsMoment(name: VariableName): boolean {
    return this.#moments.has(name)
  }

  /** Calls a variable so while `emit` runs. */
  bind<T>(name: VariableName, local: Code, emit: () => T, isMoment = false): T {
    const outer = this.#variables.get(name)
    this.#variables.set(name, local)
    if (isMoment) this.#moments.add(name)
    const result = emit()
    this.#moments.delete(name)
    if (outer === undefined) this.#variables.delete(name)
    else this.#variables.set(name, outer)
    return result
  }

  /** A new function that has a parameter for each of `wishes`, and of `variables`; `make` gives all of its lines. */
  part(
    kind: PartKind,
    variables: Iterable<VariableName>,
    wishes: readonly string[],
    make: (scope: FunctionScope, own: readonly Code[]) => readonly Code[],
  ): FunctionPart {
    const keeping = this.keeps && kind !== 'part' ? 'rounds' : this.keeps ? 'once' : 'nothing'
    const scope = new FunctionScope(this.module, 'decision', keeping)
    const own = wishes.map((wish) => scope.name(wish))
    const seen = [...variables]
    const parameters = seen.map((variable) => {
      const local = scope.name(baseName(variable))
      scope.#variables.set(variable, local)
      if (this.#moments.has(variable)) scope.#moments.add(variable)
      return local
    })
    const lines = make(scope, own)
    const roots = (['facts', 'request'] as const).filter((root) => scope.#roots.has(root))
    const name = this.module.part(
      kind,
      joinCode([...roots.map((root) => ROOTS[root]), ...own, ...parameters], ', '),
      indent(joinCode(lines, '\n')),
    )
    return { name, roots, variables: seen }
  }

  /** Calls it with what it needs; `own` are the values of its `wishes`. */
  call({ name, roots, variables }: FunctionPart, own: readonly Code[] = []): Code {
    const passed = [...roots.map((root) => this.#pass(root)), ...own]
    return js`${name}(${joinCode([...passed, ...variables.map((variable) => this.variable(variable))], ', ')})`
  }

  /** The declarations of all that was asked for. */
  head(): readonly Code[] {
    return [...this.locals(), ...this.working()]
  }

  /** Of those, what is read of the parameters of the function, and what is kept as long as it runs. */
  locals(): readonly Code[] {
    const kept = this.#variablesForKept
    return kept.length === 0 ? this.#declarations : [...this.#declarations, js`let ${joinCode(kept, ', ')}`]
  }

  /** Of those, what one evaluation needs. */
  working(): readonly Code[] {
    const lines: Code[] = []
    if (this.#temporaries.length > 0) lines.push(js`let ${joinCode(this.#temporaries, ', ')}`)
    const flags = this.#flags.map((flag) => js`${flag} = false`)
    if (flags.length > 0) lines.push(js`let ${joinCode(flags, ', ')}`)
    return lines
  }

  /** A parameter of this function as an argument of another. */
  #pass(root: FunctionRoot): Code {
    this.#roots.add(root)
    return this.#makesFacts && root === 'request' ? js`{ data }` : ROOTS[root]
  }

  #local(key: string, name: () => Code, value: () => Code): Code {
    const known = this.#locals.get(key)
    if (known !== undefined) return known
    const local = name()
    this.#locals.set(key, local)
    this.#declarations.push(js`const ${local} = ${value()}`)
    return local
  }
}

const ROOTS = { facts: js`facts`, request: js`request` } as const

/** `x` of `x@0`. */
export function baseName(variable: VariableName): string {
  return variable.slice(0, variable.lastIndexOf('@'))
}

export function emitFunction(name: Code, parameters: Code, body: readonly Code[]): Code {
  return js`function ${name}(${parameters}) {
${indent(joinCode(body, '\n'))}
}`
}
