/** Proves invariants over all requests: each holds, is broken by a request, or is undecided. */

import type { IdentityIr } from '../../compiler/ir/index.ts'
import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { type AskInvariants, judge, witnessOf } from '../../compiler/testing/invariants/try-invariants.ts'
import type { Identity, Invariant, Model, Route } from '../../language/checker/model.ts'
import { finish, type Steps } from '../../language/steps.ts'
import { Bdd, type Edge, FALSE } from '../bdd/bdd.ts'
import { type AnalysisControl, BudgetError, outOfTime, UNLIMITED } from '../budget.ts'
import { TooManyTextsError } from '../symbolic/classes/texts/text-classes.ts'
import type { Context, Meaning } from '../symbolic/context.ts'
import { AtomCollector } from '../symbolic/domain/atom-collector.ts'
import { consistency } from '../symbolic/domain/consistency.ts'
import { Encoding } from '../symbolic/domain/encoding.ts'
import { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { domainsOf } from '../symbolic/domains.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { meaningOf } from '../symbolic/meaning.ts'
import { ALWAYS } from '../symbolic/meanings.ts'
import { permitted } from '../symbolic/permitted.ts'
import { contextOf } from '../symbolic/read-context.ts'
import type { SourceText } from '../symbolic/symbolic-domain.ts'
import { buildRequest } from '../witness/build-request.ts'

export interface Proof {
  readonly invariant: Invariant
  readonly verdict: 'holds' | 'broken' | 'unknown'
  /** A request that breaks the invariant, as a `test` block; null if the invariant is not broken. */
  readonly witness: string | null
  /**
   * Source texts of conditions that the analysis cannot model and that prevent a proof, never empty if the verdict is unknown.
   */
  readonly why: readonly SourceText[]
}

/** The number of requests tried where a diagram says that an invariant could be broken. */
const TRIES = 24

/**
 * Tries to prove each invariant of a policy for all requests. Results are in the order of `model.invariants`; equal policies give
 * equal results, unless the time of `control` is up.
 */
export function prove(model: Model, ask: AskInvariants, control: AnalysisControl = UNLIMITED): readonly Proof[] {
  return finish(proveInSteps(model, ask, control))
}

/**
 * As `prove`. A step is the preparation of the policy, the analysis of a route for one kind of caller, or a request that is
 * tried.
 */
export function* proveInSteps(model: Model, ask: AskInvariants, control: AnalysisControl = UNLIMITED): Steps<readonly Proof[]> {
  const { possible, untold } = yield* waysToBreak(model, control)
  const partOf = partsOf(model)
  const proofs: Proof[] = []
  for (const invariant of model.invariants) proofs.push(yield* proofOf(invariant))
  return proofs

  function* proofOf(invariant: Invariant): Steps<Proof> {
    const ways = possible.filter((one) => one.invariant === invariant)
    const random = new Random(1)
    for (const way of ways) {
      const part = partOf(way.route)
      const asker = { model: part, route: way.route, identity: way.identity, constants: constantsOf(part), random }
      for (let tries = 0; tries < TRIES && !control.isOver(); tries++) {
        const assignment = way.encoding.diagram.satisfy(way.where, () => tries > 0 && random.chance(0.5))
        const request = buildRequest(way.encoding, assignment as ReadonlyMap<number, boolean>, asker)
        if (judge(invariant, ask(request)) === 'broken')
          return { invariant, verdict: 'broken', witness: witnessOf(invariant, request, ask), why: [] }
        yield
      }
    }
    const unsought = ways.length > 0 && control.isOver() ? [{ text: outOfTime().message }] : []
    const why = [
      ...unsought,
      ...ways.flatMap(untoldOf),
      ...untold.filter((one) => one.invariant === invariant).map((one) => one.why),
    ]
    if (why.length === 0) return { invariant, verdict: 'holds', witness: null, why }
    return { invariant, verdict: 'unknown', witness: null, why: [...new Map(why.map((one) => [placeOf(one), one])).values()] }
  }
}

/** Returns the opaque conditions that speak against the invariant; never empty then. */
function untoldOf({ encoding, where, route }: Possible): readonly SourceText[] {
  const found = encoding.diagram.support(where).flatMap((variable) => encoding.workedOutBy(variable))
  return found.length > 0
    ? found
    : [{ text: `no request was found that breaks it on ${route.name}, and nothing says that there is none` }]
}

function placeOf({ text, span }: SourceText): string {
  return span === undefined ? text : `${span.source.name} ${span.start} ${span.end}`
}

interface Possible {
  readonly invariant: Invariant
  readonly route: Route
  /** Null: anonymous. */
  readonly identity: Identity | null
  readonly encoding: Encoding
  /** Where it may be broken. */
  readonly where: Edge
}

interface Untold {
  readonly invariant: Invariant
  readonly route: Route
  readonly why: SourceText
}

/** Returns all possible violations. Invariants in neither list hold. */
function* waysToBreak(
  model: Model,
  control: AnalysisControl,
): Steps<{ readonly possible: readonly Possible[]; readonly untold: readonly Untold[] }> {
  const lowered = new Lowered(model)
  yield
  const possible: Possible[] = []
  const untold: Untold[] = []
  const known = new KnownClasses()
  for (const [at, route] of model.routes.entries()) {
    control.progress(at, model.routes.length)
    const concerned = model.invariants.filter(({ routes }) => routes.includes(route))
    if (concerned.length === 0) continue
    for (const identity of [null, ...lowered.identities]) {
      try {
        if (control.isOver()) throw outOfTime()
        possible.push(...waysOn(model, lowered, route, identity, concerned, known, control))
      } catch (error) {
        if (!(error instanceof BudgetError || error instanceof TooManyTextsError)) throw error
        for (const invariant of concerned) untold.push({ invariant, route, why: { text: `${error.message} on ${route.name}` } })
      }
      yield
    }
  }
  control.progress(model.routes.length, model.routes.length)
  return { possible, untold }
}

function waysOn(
  model: Model,
  lowered: Lowered,
  route: Route,
  identity: IdentityIr | null,
  concerned: readonly Invariant[],
  known: KnownClasses,
  control: AnalysisControl,
): readonly Possible[] {
  const program = lowered.route(route)
  const asked = model.identities.find(({ name }) => name === identity?.name) ?? null
  const caller = asked ?? 'anonymous'
  const conditions = concerned.map(({ condition }) => condition && lowered.condition(condition, { route, caller }))
  const read = (context: Context) => ({
    permits: permitted(identity === null ? program.anonymous : program.authenticated, context),
    meanings: conditions.map((condition) => (condition === null ? ALWAYS : meaningOf(condition, context))),
  })
  const gathering = new AtomCollector()
  read(contextOf(gathering, identity, lowered))
  gathering.settle()
  const diagram = new Bdd(control.isOver)
  const encoding = new Encoding(gathering, diagram, domainsOf(program, identity), known)
  const { permits, meanings } = read(contextOf(encoding, identity, lowered))
  const consistent = consistency(encoding)
  return concerned.flatMap((invariant, at) => {
    const where = diagram.and(consistent, broken(invariant, permits, meanings[at] as Meaning, diagram))
    return where === FALSE ? [] : [{ invariant, route, identity: asked, encoding, where }]
  })
}

/** An invariant whose condition errs is broken. */
function broken({ form }: Invariant, permits: Edge, { yes, no }: Meaning, diagram: Bdd): Edge {
  const against = {
    'permitted-only-when': diagram.and(permits, no),
    'permitted-when': diagram.and(diagram.not(permits), yes),
    'denied-when': diagram.and(permits, yes),
  }[form]
  return diagram.or(against, diagram.not(diagram.or(yes, no)))
}
