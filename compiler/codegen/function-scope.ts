import type { Shared, VariableName } from '../ir/index.ts'
import { type Code, indent, joinCode, js } from './code.ts'
import type { FunctionPart, FunctionRoot, ModuleScope, PartKind } from './module-scope.ts'
import { Names } from './names.ts'
import { emitDatumRead } from './property.ts'

/** Whether shared values are kept, and whether the code that keeps them runs once or in a loop. */
type Keeping = 'nothing' | 'once' | 'rounds'

/** Estimated size in bytes above which an expression becomes a separate function. */
export const HEAVY = 6_000
/**
 * Length of a function body, in characters, above which the rest continues in another function. V8 optimizes no function of more
 * than 61,440 bytes of bytecode.
 */
export const LONG_FUNCTION = 16_000

/**
 * Tracks the local names and variables of one emitted function. Each function has the parameters `facts` and `request`, and names
 * the members that it reads once, at its start. A function that computes facts has its own `caller` and `roles`, and `data`
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

  /**
   * Returns a new local in which the function collects the bits of the caller's roles. One word holds 31 roles. Functions for
   * parts of expressions cannot access the local.
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

  /**
   * Returns code for the object that holds the positions of the caller's texts among the keys of data. The positions are computed
   * in advance.
   */
  linkedCaller(): Code {
    return this.#local(
      'linked',
      () => this.#names.fresh('linked'),
      () => js`abi.linkedCaller(${this.facts()}, ${this.request()})`,
    )
  }

  /** Returns the code of a bitset with the precomputed ancestors of a caller's field in a hierarchy. */
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

  /** Returns the code of the request path's decoded segments. */
  segments(): Code {
    return js`${this.request()}.segments`
  }

  /**
   * Returns the local that holds a path parameter, and declares it on the first call.
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

  /** Declares a variable for a value that the code uses more than once. The code must assign it before reading it. */
  temporary(wish = `value${this.#temporaries.length + 1}`): Code {
    const name = this.#names.fresh(wish)
    this.#temporaries.push(name)
    return name
  }

  /**
   * Returns a variable for a short-lived value, which several expressions share. The last read of a value must precede the next
   * assignment.
   */
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

  /**
   * Returns the variable that keeps the value of a shared expression, and its state here: `settled` if it certainly holds the
   * value, `new` if it certainly does not, else `maybe`.
   */
  kept(expression: Shared): { readonly local: Code; readonly state: 'settled' | 'new' | 'maybe' } {
    const known = this.#kept.get(expression)
    if (known !== undefined) return { local: known, state: this.#settled.has(expression) ? 'settled' : 'maybe' }
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#variablesForKept.push(local)
    // A loop's next round sees the values of this one.
    return { local, state: this.#keeping === 'rounds' ? 'maybe' : 'new' }
  }

  /**
   * Declares a constant with a shared value before the line that is being emitted. Does nothing if a variable already keeps the
   * value.
   */
  makeConstant(expression: Shared, emit: () => Code): void {
    if (!this.keeps || this.#kept.has(expression)) return
    const value = emit()
    const local = this.#names.fresh(expression.wish)
    this.#kept.set(expression, local)
    this.#constants.push(js`const ${local} = ${value}`)
    this.keepValues([expression])
  }

  /** Returns the declarations of the constants that the last emitted line needs before it, and removes them from the scope. */
  constants(): readonly Code[] {
    return this.#constants.splice(0)
  }

  /** Records that the variables of shared expressions hold their values in all code emitted after this call. */
  keepValues(some: readonly Shared[]): void {
    for (const one of some) this.#settled.add(one)
  }

  /**
   * Calls `emit`, which emits code that runs only under a condition. Shared values that only this code computes are not used by
   * later code.
   */
  maybe<T>(emit: () => T): T {
    if (!this.keeps) return emit()
    const before = new Set(this.#settled)
    const result = emit()
    for (const one of this.#settled) if (!before.has(one)) this.#settled.delete(one)
    return result
  }

  /** Returns a name that the function does not use yet. The caller emits its declaration. */
  name(wish: string): Code {
    return this.#names.fresh(wish)
  }

  /** Returns the local name in generated code for a variable of the policy. */
  variable(name: VariableName): Code {
    const local = this.#variables.get(name)
    if (local === undefined) throw new Error(`no variable ${name}`)
    return local
  }

  /** Returns whether a variable holds a time as a `Moment`, a reused mutable object. */
  holdsMoment(name: VariableName): boolean {
    return this.#moments.has(name)
  }

  /**
   * Makes a variable of the policy refer to a local while `emit` runs.
   *
   * @param isMoment whether the local holds a time as a `Moment`
   */
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

  /**
   * Adds to the module a function that evaluates a part of an expression. The function has a parameter for each name in `wishes`
   * (preferred names), and for each of `variables`.
   *
   * @param make returns the lines of the function
   */
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

  /**
   * Emits the call of a function that `part` added.
   *
   * @param own the arguments for the part's `wishes`
   */
  call({ name, roots, variables }: FunctionPart, own: readonly Code[] = []): Code {
    const passed = [...roots.map((root) => this.#pass(root)), ...own]
    return js`${name}(${joinCode([...passed, ...variables.map((variable) => this.variable(variable))], ', ')})`
  }

  /** Returns the lines at the start of the function that declare all locals and variables used so far. */
  head(): readonly Code[] {
    return [...this.locals(), ...this.working()]
  }

  /** Returns the declarations of locals that are read from the parameters, and of variables that keep shared values. */
  locals(): readonly Code[] {
    const kept = this.#variablesForKept
    return kept.length === 0 ? this.#declarations : [...this.#declarations, js`let ${joinCode(kept, ', ')}`]
  }

  /** Returns the declarations of variables that each evaluation sets anew, such as each round of a loop. */
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

/** Returns a variable's name without its scope: `x` for `x@0`. */
export function baseName(variable: VariableName): string {
  return variable.slice(0, variable.lastIndexOf('@'))
}

export function emitFunction(name: Code, parameters: Code, body: readonly Code[]): Code {
  return js`function ${name}(${parameters}) {
${indent(joinCode(body, '\n'))}
}`
}
