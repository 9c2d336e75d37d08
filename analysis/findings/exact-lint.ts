/** Warnings that need symbolic reasoning: each finding is true of every request, or a request shows it. */

import type { IdentityIr } from '../../compiler/ir/index.ts'
import type { Model, Route, Rule } from '../../language/checker/model.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { type AnalysisControl, BudgetError, UNLIMITED } from '../budget.ts'
import { TooManyTextsError } from '../symbolic/classes/texts/text-classes.ts'
import { KnownClasses, type Patience } from '../symbolic/domain/known-classes.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { type Alike, alikeRoutes } from './alike-routes.ts'
import { CoveredRule } from './covered-rule.ts'
import type { Finder, FindingContext } from './finder.ts'
import { ForbidMayFail } from './forbid-may-fail.ts'
import { HiddenPermit } from './hidden-permit.ts'
import { NeverApplies } from './never-applies.ts'
import { OpenRoute } from './open-route.ts'
import { SettledClause } from './settled-clause.ts'
import { type SymbolicRoute, sightOf } from './symbolic-route.ts'
import { UnreachableRoute } from './unreachable-route.ts'

export interface ExactFindings {
  readonly found: readonly Diagnostic[]
  /** Warnings of syntactic lint rules that the analysis refutes, or reports again with a better reason. */
  readonly refuted: ReadonlySet<Diagnostic>
  /** Whether some route or question exceeded the analysis budget, so that findings may be missing. */
  readonly unseen: boolean
}

/** A finder does not repeat earlier findings. Deterministic. */
const FINDERS = [NeverApplies, HiddenPermit, ForbidMayFail, SettledClause, UnreachableRoute, OpenRoute, CoveredRule] as const

/** Finds warnings by symbolic analysis. If the time limit of `control` cuts it short, the result is `unseen`. */
export function exactLint(question: FindingContext, control: AnalysisControl = UNLIMITED): ExactFindings {
  const { model } = question
  const told = [...question.told]
  const finders = FINDERS.map((Made): Finder => new Made({ ...question, told }))
  const unknown = new Set<Route>()
  let hasGivenUp = false
  const gaveUp = () => {
    hasGivenUp = true
  }
  const leads = [...sightsOf(model, control, gaveUp)]
  for (const [at, { routes, look }] of leads.entries()) {
    control.progress(at, leads.length)
    // These routes are unknown for every caller.
    if (routes.every((route) => unknown.has(route))) continue
    const sight = look()
    if (sight === null) for (const route of routes) unknown.add(route)
    else for (const finder of finders) lookBy(finder, sight, unknown)
  }
  control.progress(leads.length, leads.length)
  const isKnown = (of: Rule | Route) => ('effect' in of ? of.routes.every((route) => !unknown.has(route)) : !unknown.has(of))
  const found: Diagnostic[] = []
  for (const finder of finders) {
    const here = [...finder.found(isKnown)]
    found.push(...here)
    told.push(...here)
  }
  const refuted = new Set(finders.flatMap((finder) => [...(finder.refuted ?? [])]))
  return { found, refuted, unseen: hasGivenUp || unknown.size > 0 }
}

/** The diagram may also exceed its budget during a question. */
function lookBy(finder: Finder, sight: SymbolicRoute, unknown: Set<Route>): void {
  try {
    finder.look(sight)
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error
    for (const route of sight.routes) unknown.add(route)
  }
}

interface Lead {
  readonly routes: readonly Route[]
  /** Null: undecided. */
  look(): SymbolicRoute | null
}

/** Suffices for a thousand constants; on many routes, expensive questions are abandoned early. */
const PATIENCE: Patience = { most: 30_000, least: 2_000 }

function* sightsOf(model: Model, control: AnalysisControl, gaveUp: () => void): Iterable<Lead> {
  const lowered = new Lowered(model)
  const known = new KnownClasses(PATIENCE)
  const rulesByName = new Map(model.rules.map((rule) => [rule.name, rule]))
  for (const group of alikeRoutes(
    model.routes,
    model.routes.map((route) => lowered.route(route)),
  ))
    for (const identity of [null, ...lowered.identities]) yield { routes: group.routes, look: () => sight(group, identity) }

  function sight({ program, routes }: Alike, identity: IdentityIr | null): SymbolicRoute | null {
    if (control.isOver()) return null
    try {
      return sightOf(lowered, model, rulesByName, program, routes, identity, known, control, gaveUp)
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof TooManyTextsError)) throw error
      return null
    }
  }
}
