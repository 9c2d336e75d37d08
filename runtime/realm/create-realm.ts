import { compileFunction, constants, createContext, Script } from 'node:vm'
import { forbiddenWord } from '../abi/forbidden-word.ts'
import type { realm } from './program/main.ts'
import type { Program } from './program/program.ts'
import { program, regex } from './program.generated.js'

/**
 * Compiled code of a bundle: a function of the realm, whose body is `policy.js` or `validators.js`. To the host it is an opaque
 * handle that only the realm may call.
 */
export type CompiledBody = object

/**
 * An isolated JavaScript global environment for the code of one policy. Its built-ins are frozen, and it has no objects of the
 * host.
 */
export interface Realm {
  /**
   * Compiles the text of `policy.js` or `validators.js` as the body of a function with the parameter `abi`.
   *
   * @throws ForbiddenWord if the code has a forbidden word
   * @throws syntax errors of the engine
   */
  compile(body: string, filename: string): CompiledBody
  /**
   * Runs the compiled `policy.js` and `validators.js`, and returns the functions by which the host uses the policy.
   *
   * @throws any value, including objects of the realm (see `RealmError`)
   */
  open(policy: CompiledBody, validators: CompiledBody): Program
}

/** Error for code with `import` or `async`, which would create promises. */
export class ForbiddenWord extends Error {}

type Scripts = { readonly program: Script; regex: Script | null }
let scripts: Scripts | null = null

/**
 * Creates a realm, an isolated JavaScript global environment, for the code of one policy. It is garbage-collected together with
 * the policy (`docs/decisions`). With `DONT_CONTEXTIFY`, the global is an ordinary object without a host object behind it. With
 * `afterEvaluate`, the realm has a job queue that does not run after setup, so no job of a bundle ever runs.
 *
 * @param withRegex whether to load the regular expression library, which is larger than all other code
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
