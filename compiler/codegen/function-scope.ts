import type { Shared, VariableName } from '../ir/index.ts'
import { type Code, indent, joinCode, js } from './code.ts'
import type { FunctionPart, FunctionRoot, ModuleScope, PartKind } from './module-scope.ts'
import { Names } from './names.ts'
import { emitDatumRead } from './property.ts'

/** Whether shared values are kept, and whether the code that keeps them runs once or in a loop. */
type Keeping = 'nothing' | 'once' | 'rounds'

/** Weight above which an expression becomes a separate function. */
export const HEAVY = 6_000
/** A longer function continues in another one: V8 optimizes no function of more than 61,440 bytes of bytecode. */
export const LONG_FUNCTION = 16_000

/**
 * The locals of one emitted function. Each function has the parameters `facts` and `request`; the members that it reads are named
 * once, at its start. In a `facts` function the facts are not complete yet: it has its own `caller` and `roles`, and `data`
 * instead of a request.
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

  /** Returns the local that collects the role bits of one word until the function returns. Parts cannot access the local. */
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

  /** Returns the code of the positions of the caller's fields in data. */
  linkedCaller(): Code {
    return this.#local(
      'linked',
      () => this.#names.fresh('linked'),
      () => js`abi.linkedCaller(${this.facts()}, ${this.request()})`,
    )
  }

  /** Returns the code of the ancestors of a caller's field: a bitset of possible names. */
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

  /** Returns the code of the path's decoded segments. */
  segments(): Code {
    return js`${this.request()}.segments`
  }

  /**
   * Returns the code of a path parameter.
   *
   * @param read emits the read from the request
   */
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

  /** Declares a variable for a value that is used twice. It is assigned before it is read. */
  temporary(wish = `value${this.#temporaries.length + 1}`): Code {
    const name = this.#names.fresh(wish)
    this.#temporaries.push(name)
    return name
  }

  /** Returns a variable that other expressions reuse: its last read precedes its next assignment. */
  scratch(wish: string): Code {
    const known = this.#scratches.get(wish) ?? this.temporary(wish)
    this.#scratches.set(wish, known)
    return known
  }

  /** Declares a variable that is false until an expression sets it. Each expression runs at most once per call or loop round. */
  flag(): Code {
    const name = this.#names.fresh(`erred${this.#flags.length + 1}`)
    this.#flags.push(name)
    return name
  }

  /** Whether shared values are kept in variables. If false, they are computed at each use. */
  get keeps(): boolean {
    return this.#keeping !== 'nothing'
  }

  /** Returns the variable of a shared value. `settled`: the variable certainly holds the value. `new`: it certainly does not. */
  kept(expression: Shared): { readonly local: Code; readonly state: 'settled' | 'new' | 'maybe' } {
    const known = this.#kept.get(expression)
    if (known !== undefined) return { local: known, state: this.#settled.has(expression) ? 'settled' : 'maybe' }
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#variablesForKept.push(local)
    // A loop's next round sees the values of this one.
    return { local, state: this.#keeping === 'rounds' ? 'maybe' : 'new' }
  }

  /** Declares a constant with the value before the line that is being emitted, unless a variable already keeps the value. */
  makeConstant(expression: Shared, emit: () => Code): void {
    if (!this.keeps || this.#kept.has(expression)) return
    const value = emit()
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#constants.push(js`const ${local} = ${value}`)
    this.keepValues([expression])
  }

  /** Takes the constants that the line just emitted needs. */
  constants(): readonly Code[] {
    return this.#constants.splice(0)
  }

  /** Records that these have their values from here on. */
  keepValues(some: readonly Shared[]): void {
    for (const one of some) this.#settled.add(one)
  }

  /** Runs `emit` for code that may not be reached. Values settled in that code are not settled afterwards. */
  maybe<T>(emit: () => T): T {
    if (!this.keeps) return emit()
    const before = new Set(this.#settled)
    const result = emit()
    for (const one of this.#settled) if (!before.has(one)) this.#settled.delete(one)
    return result
  }

  /** Returns a fresh name that the caller declares. */
  name(wish: string): Code {
    return this.#names.fresh(wish)
  }

  /** Returns the local name of a policy's variable. */
  variable(name: VariableName): Code {
    const local = this.#variables.get(name)
    if (local === undefined) throw new Error(`no variable ${name}`)
    return local
  }

  /** Returns whether a variable holds a time in a scratch place. */
  holdsMoment(name: VariableName): boolean {
    return this.#moments.has(name)
  }

  /** Binds a variable to a local while `emit` runs. */
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

  /** Adds a function with a parameter for each of `wishes` and `variables`. `make` returns the function's lines. */
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

  /** Emits a call of a part. `own` are the values of the part's `wishes`. */
  call({ name, roots, variables }: FunctionPart, own: readonly Code[] = []): Code {
    const passed = [...roots.map((root) => this.#pass(root)), ...own]
    return js`${name}(${joinCode([...passed, ...variables.map((variable) => this.variable(variable))], ', ')})`
  }

  /** Returns the declarations of everything that was used. */
  head(): readonly Code[] {
    return [...this.locals(), ...this.working()]
  }

  /** Returns the declarations of values read from the parameters, and of values kept while the function runs. */
  locals(): readonly Code[] {
    const kept = this.#variablesForKept
    return kept.length === 0 ? this.#declarations : [...this.#declarations, js`let ${joinCode(kept, ', ')}`]
  }

  /** Returns the declarations of one evaluation's variables. */
  working(): readonly Code[] {
    const lines: Code[] = []
    if (this.#temporaries.length > 0) lines.push(js`let ${joinCode(this.#temporaries, ', ')}`)
    const flags = this.#flags.map((flag) => js`${flag} = false`)
    if (flags.length > 0) lines.push(js`let ${joinCode(flags, ', ')}`)
    return lines
  }

  /** Passes a parameter of this function to another. */
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

/** Returns `x` for `x@0`. */
export function baseName(variable: VariableName): string {
  return variable.slice(0, variable.lastIndexOf('@'))
}

export function emitFunction(name: Code, parameters: Code, body: readonly Code[]): Code {
  return js`function ${name}(${parameters}) {
${indent(joinCode(body, '\n'))}
}`
}
