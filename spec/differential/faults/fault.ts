/** Makers of faults: mistakes in a pass, in the IR, in what emitted code calls, in how a model is read. */
import {
  type Compiled,
  type CompileOptions,
  compile,
  type DecisionStep,
  type Expr,
  emit,
  expressionPass,
  type Pass,
  type PolicyIr,
  type Program,
  passes,
  runPasses,
} from '../../../compiler/index.ts'
import type { Model, Rule } from '../../../language/index.ts'
import { helpers } from '../../../runtime/abi/index.ts'
import type { Policy } from '../../../runtime/policy/index.ts'
import { checkWhitelist, compiledPolicy, instantiated } from '../compiled-policy.ts'

export interface Fault {
  readonly name: string
  compile(model: Model): Policy
}

export function inPass(name: string, rewrite: (expression: Expr) => Expr): Fault {
  return withPass(name, expressionPass('fault', rewrite))
}

/** Made before all others, which find less to do then. */
export function inFirstPass(name: string, rewrite: (expression: Expr) => Expr): Fault {
  const pass = expressionPass('fault', rewrite)
  return { name, compile: (model) => compiledPolicy(model, { passes: [pass, ...passes], validators: 'needed' }) }
}

export function inIr(name: string, run: (policy: PolicyIr) => PolicyIr): Fault {
  return withPass(name, { name: 'fault', rewrite: null, local: null, run })
}

/** In every program: `decide` and `trace` are wrong alike. */
export function inSteps(name: string, change: (step: DecisionStep) => DecisionStep | null): Fault {
  const changed = (steps: readonly DecisionStep[]) => steps.flatMap((step) => change(step) ?? [])
  const program = (before: Program): Program => ({ ...before, decide: changed(before.decide), trace: changed(before.trace) })
  return inIr(name, (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({
      ...route,
      anonymous: program(route.anonymous),
      authenticated: program(route.authenticated),
    })),
  }))
}

function withPass(name: string, pass: Pass): Fault {
  return {
    name,
    compile: (model) => {
      const { compiled, optimized } = sound(model)
      const faulty = { ...compiled, policy: emit(runPasses(optimized, [pass])).code }
      checkWhitelist(faulty)
      return instantiated(model, faulty, 'needed')
    },
  }
}

export function inHelpers(name: string, wrong: Partial<typeof helpers>): Fault {
  return { name, compile: (model) => instantiated(model, sound(model).compiled, 'needed', { ...helpers, ...wrong }) }
}

interface Sound {
  readonly compiled: Compiled
  readonly optimized: PolicyIr
}

const sound = soundlyCompiled({})

/** Compiles a model once for all faults that come after the compiler: they are tried on the same models. */
export function soundlyCompiled(options: Pick<CompileOptions, 'emit'>): (model: Model) => Sound {
  const known = new WeakMap<Model, Sound>()
  return (model) => {
    const found = known.get(model)
    if (found !== undefined) return found
    const stages: PolicyIr[] = []
    const compiled = compile(model, { ...options, check: (policy) => stages.push(policy) })
    checkWhitelist(compiled)
    const made = { compiled, optimized: stages.at(-1) as PolicyIr }
    known.set(model, made)
    return made
  }
}

export function inRules(name: string, change: (rule: Rule) => Rule): Fault {
  return {
    name,
    compile: (model) => compiledPolicy({ ...model, rules: model.rules.map(change) }, { validators: 'needed' }),
  }
}
