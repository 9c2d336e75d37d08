import { compileFunction, constants, createContext, Script } from 'node:vm'
import { forbiddenWord } from '../abi/forbidden-word.ts'
import type { realm } from './program/main.ts'
import type { Program } from './program/program.ts'
import { program, regex } from './program.generated.js'

/** A bundle's function body compiled in a realm: an opaque object that the host passes back but never calls or reads. */
export type CompiledBody = object

/** A policy's realm: frozen, without host objects. */
export interface Realm {
  /**
   * Compiles a function body with the parameter `abi`. Throws syntax errors of the engine.
   *
   * @throws ForbiddenWord
   */
  compile(body: string, filename: string): CompiledBody
  /** Runs both bodies. Anything may be thrown, including realm objects (see `RealmError`). */
  open(policy: CompiledBody, validators: CompiledBody): Program
}

/** Thrown for code with `import` or `async`, which lead to promises. */
export class ForbiddenWord extends Error {}

type Scripts = { readonly program: Script; regex: Script | null }
let scripts: Scripts | null = null

/**
 * Creates a realm for one policy's code (`docs/decisions`), which is collected with it.
 *
 * `DONT_CONTEXTIFY`: its global is an ordinary object without a host object behind. `afterEvaluate`: its own job queue does not
 * run after setup, so no job of a bundle ever runs.
 *
 * @param withRegex whether to load the regular expression library, larger than all else
 */
export function createRealm(withRegex: boolean): Realm {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  })
  // Compiled once per process.
  scripts ??= { program: new Script(program(), { filename: 'iap:realm/program.js' }), regex: null }
  const { realm: inside } = scripts.program.runInContext(context) as { readonly realm: typeof realm }
  const { giveRegex, lockdown, run, open } = inside
  if (withRegex) {
    scripts.regex ??= new Script(regex(), { filename: 'iap:realm/regex.js' })
    giveRegex((scripts.regex.runInContext(context) as { readonly RE2JS: object }).RE2JS)
  }
  lockdown()
  return {
    compile(body, filename) {
      const word = forbiddenWord(body)
      if (word !== null) throw new ForbiddenWord(`it has the word \`${word}\``)
      return compileFunction(body, ['abi'], { filename, parsingContext: context })
    },
    open: (policy, validators) => open(run(policy as never), run(validators as never)),
  }
}
