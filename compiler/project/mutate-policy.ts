import { type AnalysisControl, UNLIMITED } from '../../analysis/index.ts'
import { interpret, matchRoute } from '../../interpreter/index.ts'
import type { Model, Source } from '../../language/index.ts'
import { canonicalizeUrl } from '../../request/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { CompileMemo, compile, emit, type PolicyIr, type Program, type RouteIr, RouteUnits } from '../index.ts'
import {
  applyEdits,
  type ConcernedSources,
  concernedSources,
  firstFailure,
  type Mutant,
  type MutantOutcome,
  type MutantResult,
  type MutationReport,
  mutantsOf,
  reportOf,
  testAtFault,
  WHOLE,
} from '../testing/index.ts'
import type { CheckedPaths } from './check-paths.ts'
import { fitsSchemaOf } from './meaning.ts'

/**
 * Runs mutation testing: makes each small change of the policy in turn, and runs the tests until one fails. Source names are
 * relative to the working directory.
 *
 * @param policy the built policy, all of whose tests pass
 * @param control counts changes; when its time is up, those that remain are `untried`
 */
export function mutatePolicy(
  { model, files, seen, checkAgain }: CheckedPaths & { readonly model: Model },
  policy: Policy,
  control: AnalysisControl = UNLIMITED,
): MutationReport {
  const fitsSchema = fitsSchemaOf(policy)
  const ask = (part: Model, request: EvalRequest) => ({ ...interpret(part, request, { fitsSchema }), revision: '' })
  const concerned = concernedSources(model, files, (request) => routeOf(model, request))
  const compiler = new Compiler()
  const mutants = files.flatMap((file) => mutantsOf(file).map((mutant) => ({ mutant, source: file.span.source })))
  const decisions = new Map<string, string | null>()
  const results = mutants.map(({ mutant, source }, at): MutantResult => {
    control.progress(at, mutants.length)
    const outcome: MutantOutcome = control.isOver() ? { kind: 'untried' } : outcomeIn(concerned(mutant), mutant, source)
    return { mutant: { ...mutant, span: seen(mutant.span) }, outcome }
  })
  control.progress(mutants.length, mutants.length)
  return reportOf(results)

  function outcomeIn(part: ConcernedSources, mutant: Mutant, source: Source): MutantOutcome {
    const text = applyEdits(part.texts.get(source.name) ?? source.text, mutant.edits)
    const { result, diagnostics, files: trees } = checkAgain(new Map([...part.texts, [source.name, text]]))
    if (result === null) {
      // A part that is no policy by itself says nothing about its mutants.
      if (part !== WHOLE && decisionsOf(part) === null) return outcomeIn(WHOLE, mutant, source)
      const test = testAtFault(trees, diagnostics)
      if (test !== null) return { kind: 'killed', test }
      return { kind: 'invalid', code: diagnostics.find(({ severity }) => severity === 'error')?.code ?? '' }
    }
    const routed = part.routesIn(result)
    if (routed === null) return outcomeIn(WHOLE, mutant, source)
    const test = firstFailure(result, (request) => ask(routed, request))
    if (test !== null) return { kind: 'killed', test }
    return compiler.decisions(result) === decisionsOf(part) ? { kind: 'equivalent' } : { kind: 'survived' }
  }

  /** The original's, which several mutants of a rule are compared with; null if the part has errors. */
  function decisionsOf({ key, texts }: ConcernedSources): string | null {
    const known = decisions.get(key)
    if (known !== undefined) return known
    const { result } = checkAgain(texts)
    const made = result === null ? null : compiler.decisions(result)
    decisions.set(key, made)
    return made
  }
}

/** Returns the name of the route that takes a request, which may then be rejected; null if none does. */
function routeOf(model: Model, { headers = {}, ...request }: EvalRequest): string | null {
  const canonical = canonicalizeUrl({ ...request, headers, json: request.body !== undefined })
  return canonical.ok ? (matchRoute(model, canonical.request)?.route.name ?? null) : null
}

/** Compiles mutants, and keeps what a mutant has in common with the previous one. */
class Compiler {
  readonly #memo = new CompileMemo()
  readonly #units = new RouteUnits()
  readonly #deciding = new WeakMap<RouteIr, RouteIr>()

  /**
   * Returns the code of a compiled policy without labels, which decide nothing once rules are resolved, and without rules that
   * are never true.
   */
  decisions(model: Model): string {
    const emitDeciding = (policy: PolicyIr) =>
      emit({ ...policy, routes: policy.routes.map((route) => this.#decidingOf(route)) }, { units: this.#units })
    return compile(model, { memo: this.#memo, emit: emitDeciding }).policy
  }

  #decidingOf(route: RouteIr): RouteIr {
    const known = this.#deciding.get(route)
    if (known !== undefined) return known
    const { anonymous, authenticated } = route
    const made = { ...route, labels: [], anonymous: withoutNever(anonymous), authenticated: withoutNever(authenticated) }
    this.#deciding.set(route, made)
    return made
  }
}

function withoutNever(program: Program): Program {
  return { ...program, trace: program.trace.filter(({ test }) => !(test.kind === 'Const' && test.value === false)) }
}
