import { type Code, indent, joinCode, js } from './code.ts'
import type { ModuleScope } from './module-scope.ts'
import { Names } from './names.ts'

/**
 * The locals of one emitted function. Every one has `facts`, `params` and `request`; what is read of them is named at
 * the head of the function, once. In a `facts` function the facts are still being made: `caller` and `roles` are its own.
 */
export class FunctionScope {
  readonly module: ModuleScope
  readonly #makesFacts: boolean
  readonly #names = new Names()
  readonly #locals = new Map<string, Code>()
  readonly #declarations: Code[] = []
  readonly #temporaries: Code[] = []
  readonly #flags: Code[] = []

  constructor(module: ModuleScope, kind: 'decision' | 'facts' = 'decision') {
    this.module = module
    this.#makesFacts = kind === 'facts'
  }

  caller(): Code {
    return this.#makesFacts ? js`caller` : this.#local('caller', () => js`caller`, js`facts.caller`)
  }

  roles(word: number): Code {
    if (this.#makesFacts) return js`roles[${word}]`
    return this.#local(`roles ${word}`, () => this.#names.fresh(`roles${word}`), js`facts.roles[${word}]`)
  }

  param(index: number, name: string): Code {
    return this.#local(`param ${index}`, () => this.#names.fresh(name), js`params[${index}]`)
  }

  /** A variable for a value that is needed twice. Assigned before it is read. */
  temporary(): Code {
    const name = this.#names.fresh(`value${this.#temporaries.length + 1}`)
    this.#temporaries.push(name)
    return name
  }

  /** A variable that is false until an expression sets it; every expression runs at most once a call. */
  flag(): Code {
    const name = this.#names.fresh(`erred${this.#flags.length + 1}`)
    this.#flags.push(name)
    return name
  }

  /** A call of a new function that returns what `emit` makes in its own scope. */
  part(emit: (scope: FunctionScope) => Code): Code {
    const scope = new FunctionScope(this.module)
    const result = emit(scope)
    const name = this.module.partName()
    this.module.functions.push(emitFunction(name, js`facts, params, request`, [...scope.head(), js`return ${result}`]))
    return this.#makesFacts ? js`${name}(facts, null, null)` : js`${name}(facts, params, request)`
  }

  /** The declarations of all that was asked for. */
  head(): readonly Code[] {
    const lines = [...this.#declarations]
    if (this.#temporaries.length > 0) lines.push(js`let ${joinCode(this.#temporaries, ', ')}`)
    const flags = this.#flags.map((flag) => js`${flag} = false`)
    if (flags.length > 0) lines.push(js`let ${joinCode(flags, ', ')}`)
    return lines
  }

  #local(key: string, name: () => Code, value: Code): Code {
    const known = this.#locals.get(key)
    if (known !== undefined) return known
    const local = name()
    this.#locals.set(key, local)
    this.#declarations.push(js`const ${local} = ${value}`)
    return local
  }
}

export function emitFunction(name: Code, parameters: Code, body: readonly Code[]): Code {
  return js`function ${name}(${parameters}) {
${indent(joinCode(body, '\n'))}
}`
}
