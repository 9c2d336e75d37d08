/** Z3, which decides what another program has written down: SMT-LIB in, an answer out. */
import { createRequire } from 'node:module'
import type { Z3LowLevel } from 'z3-solver'

export type SolverAnswer = 'sat' | 'unsat' | 'unknown'

/** What it may spend on one question: counted in its own steps, so that the same question has the same answer on every machine. */
const STEPS = 400_000

// Its package speaks CommonJS, and finds what it is made of beside itself.
const require = createRequire(import.meta.url)

export class Solver {
  readonly #api: Z3LowLevel
  readonly #context: ReturnType<Z3LowLevel['Z3']['mk_context']>

  private constructor(api: Z3LowLevel) {
    this.#api = api
    const config = api.Z3.mk_config()
    this.#context = api.Z3.mk_context(config)
    api.Z3.del_config(config)
  }

  /** It starts threads: who opens it closes it. */
  static async open(): Promise<Solver> {
    const { init } = require('z3-solver') as typeof import('z3-solver')
    return new Solver(await init())
  }

  /** Whether a formula can be true with all that a script says. The text is read here and now: of what its threads read, the package lets go too soon. */
  async answer(script: string, formula: string): Promise<SolverAnswer> {
    const { Z3 } = this.#api
    const context = this.#context
    const solver = Z3.mk_solver(context)
    Z3.solver_inc_ref(context, solver)
    try {
      const limits = Z3.mk_params(context)
      Z3.params_inc_ref(context, limits)
      Z3.params_set_uint(context, limits, Z3.mk_string_symbol(context, 'rlimit'), STEPS)
      Z3.solver_set_params(context, solver, limits)
      Z3.params_dec_ref(context, limits)
      Z3.solver_from_string(context, solver, `${script}\n(assert ${formula})`)
      const error = Z3.get_error_code(context)
      if (error !== 0) throw new Error(`z3 does not understand what it was asked: ${Z3.get_error_msg(context, error)}`)
      const is = await Z3.solver_check(context, solver)
      return is > 0 ? 'sat' : is < 0 ? 'unsat' : 'unknown'
    } finally {
      Z3.solver_dec_ref(context, solver)
    }
  }

  async close(): Promise<void> {
    const { killThreads } = require('z3-solver') as typeof import('z3-solver')
    await killThreads(this.#api.em)
  }
}
