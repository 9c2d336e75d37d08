import type { CheckedProject, Model } from '../../language/index.ts'
import { evaluate } from '../../runtime/policy/index.ts'
import { type Compiled, compile, emit, type Program, type RouteIr } from '../index.ts'
import {
  applyEdits,
  firstFailure,
  type MutantOutcome,
  type MutantResult,
  type MutationReport,
  mutantsOf,
  reportOf,
  testAtFault,
} from '../testing/index.ts'
import type { CheckedPaths } from './check-paths.ts'
import { createLoader } from './load-compiled.ts'

/**
 * Runs mutation testing: makes each small change of the policy in turn, and runs the tests until one fails. Source names are
 * relative to the working directory.
 *
 * @param progress called with the number of finished changes and their total number
 */
export function mutatePolicy(
  checked: CheckedPaths & { readonly model: Model },
  progress: (done: number, of: number) => void,
): MutationReport {
  const { files, seen, checkAgain } = checked
  const load = createLoader()
  const original = compileTwice(checked.model).decisions
  const mutants = files.flatMap((file) => mutantsOf(file).map((mutant) => ({ mutant, source: file.span.source })))
  const results = mutants.map(({ mutant, source }, at): MutantResult => {
    progress(at, mutants.length)
    const again = checkAgain(source.name, applyEdits(source.text, mutant.edits))
    return { mutant: { ...mutant, span: seen(mutant.span) }, outcome: outcomeOf(again) }
  })
  progress(mutants.length, mutants.length)
  return reportOf(results)

  function outcomeOf({ result: model, diagnostics, files: trees }: CheckedProject): MutantOutcome {
    if (model === null) {
      const test = testAtFault(trees, diagnostics)
      if (test !== null) return { kind: 'killed', test }
      return { kind: 'invalid', code: diagnostics.find(({ severity }) => severity === 'error')?.code ?? '' }
    }
    const { compiled, decisions } = compileTwice(model)
    if (decisions === original) return { kind: 'equivalent' }
    const policy = load(model, compiled)
    const test = firstFailure(model, (request) => evaluate(policy, request))
    return test === null ? { kind: 'survived' } : { kind: 'killed', test }
  }
}

function deciding(route: RouteIr): RouteIr {
  return { ...route, labels: [], anonymous: withoutNever(route.anonymous), authenticated: withoutNever(route.authenticated) }
}

function withoutNever(program: Program): Program {
  return { ...program, trace: program.trace.filter(({ test }) => !(test.kind === 'Const' && test.value === false)) }
}

interface Compilation {
  readonly compiled: Compiled
  /** The compiled policy without labels, which decide nothing once rules are resolved, and without rules that are never true. */
  readonly decisions: string
}

function compileTwice(model: Model): Compilation {
  let decisions = ''
  const compiled = compile(model, {
    emit(policy) {
      decisions = emit({ ...policy, routes: policy.routes.map(deciding) }).code
      return emit(policy)
    },
  })
  return { compiled, decisions }
}
