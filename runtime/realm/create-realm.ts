import { compileFunction, constants, createContext, Script } from 'node:vm'
import { forbiddenWord } from '../abi/forbidden-word.ts'
import type { realm } from './program/main.ts'
import type { Program } from './program/program.ts'
import { program, regex } from './program.generated.js'

/**
 * A function body of a bundle, compiled in a realm. An object of that realm: it is handed back, and never called or looked into.
 */
export type CompiledBody = object

/** A realm of one policy: frozen, and without any object of the host. */
export interface Realm {
  /**
   * Compiles the body of a function with one parameter, `abi`. Throws whatever the engine does where it is none.
   *
   * @throws `ForbiddenWord`
   */
  compile(body: string, filename: string): CompiledBody
  /** Runs both bodies. Whatever these throw comes out: an object of the realm, or anything else (`RealmError`). */
  open(policy: CompiledBody, validators: CompiledBody): Program
}

/** The code has a word by which it would get a promise: `import` or `async`. */
export class ForbiddenWord extends Error {}

type Scripts = { readonly program: Script; regex: Script | null }
let scripts: Scripts | null = null

/**
 * Makes a realm for the code of one policy (`docs/decisions`). It is collected with the policy.
 *
 * `DONT_CONTEXTIFY`: its global is an ordinary object, behind which no host object stands. `afterEvaluate`: it has a queue of
 * jobs of its own, which is not run again once the program has been set up, so that no job of a bundle runs at all.
 *
 * @param withRegex whether the policy has regular expressions: the library for them is larger than all else
 */
export function createRealm(withRegex: boolean): Realm {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  })
  // Compiled once for all realms of the process.
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
