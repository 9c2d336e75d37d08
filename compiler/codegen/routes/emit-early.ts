/**
 * `early`: the same steps before the body is read, without open rules ("The body" in `spec/language/decision.md`). Returns −1 for
 * a permit or challenge, and if something open could still change a denial.
 */
import type { DecisionStep, Program } from '../../ir/index.ts'
import { js } from '../code.ts'
import { chainTerm, type Term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { emitIf, holding, met, open, titled } from './conditions.ts'
import { CHALLENGEABLE, DENIED, decides, forbidLines, otherwise, type StepsUp, UNDENIED } from './emit-decide.ts'
import type { Ending, Line, RouteLines } from './lines.ts'
import { outcomes } from './outcomes.ts'

export function earlyAnonymous({ decide, shared = [], signIn }: Program): RouteLines {
  const [closed, opened] = parted(decide)
  const isKept = (step: DecisionStep) => opened.length > 0 && step.stage === 1 && (signIn || step.requires.length > 0)
  const outcomeOf = (step: DecisionStep) =>
    step.stage === 1 && signIn ? outcomes.unauthenticated(step.rule) : outcomes.deny(step)
  const forbids = closed.filter(({ effect }) => effect === 'forbid')
  const kept = forbids.some(isKept)
  const permits = closed.filter(({ stage }) => stage === 2)
  const unmet = signIn ? [] : closed.filter(({ stage }) => stage === 3)
  return {
    keeps: shared.length > 0,
    state: kept ? [DENIED] : [],
    lines: [
      ...forbidLines(forbids, {
        asker: 'anonymous',
        isKept,
        outcomeOf,
        keep: (step, scope) => [js`denied = ${scope.module.outcome(outcomeOf(step))}`],
      }),
      ...permits.map(
        (step): Line =>
          (scope) =>
            reads(step, [...(kept ? [UNDENIED] : []), ...holding(step, scope, !kept)]),
      ),
      ...opened.map(
        (step): Line =>
          (scope) =>
            reads(step, open(step, 'anonymous', scope)),
      ),
      ...denying(kept),
      ...unmet.map(
        (step): Line =>
          (scope) =>
            decides(step, holding(step, scope), outcomes.unauthenticated(null), scope),
      ),
      otherwise(signIn ? outcomes.unauthenticated(null) : outcomes.byDefault),
    ],
  }
}

export function earlyAuthenticated({ decide, shared = [] }: Program, stepsUp: StepsUp): RouteLines {
  const [closed, opened] = parted(decide)
  const forbids = closed.filter(({ effect }) => effect === 'forbid')
  const permits = closed.filter(({ effect }) => effect === 'permit')
  const cures = stepsUp !== 'none' && permits.length > 0
  const isKept = (step: DecisionStep) => (opened.length > 0 || cures) && step.requires.length > 0
  const kept = forbids.some(isKept)
  return {
    keeps: shared.length > 0,
    state: kept ? [DENIED] : [],
    lines: [
      ...forbidLines(forbids, {
        asker: 'authenticated',
        isKept,
        outcomeOf: outcomes.deny,
        keep: (step, scope) => [js`denied = ${scope.module.outcome(outcomes.deny(step))}`],
      }),
      ...permits.map(
        (step): Line =>
          (scope) =>
            reads(step, promising(step, kept, stepsUp, scope)),
      ),
      ...opened.map(
        (step): Line =>
          (scope) =>
            reads(step, open(step, 'authenticated', scope)),
      ),
      ...denying(kept),
      otherwise(outcomes.byDefault),
    ],
  }
}

function parted(steps: readonly DecisionStep[]): readonly [closed: readonly DecisionStep[], opened: readonly DecisionStep[]] {
  return [steps.filter((step) => step.open === null), steps.filter((step) => step.open !== null)]
}

/** Emits whether a permit leads to a permit or a challenge. */
function promising(step: DecisionStep, kept: boolean, stepsUp: StepsUp, scope: FunctionScope): readonly Term[] {
  const required = step.requires.length > 0
  const enough = [...(kept ? [UNDENIED] : []), ...(required ? met(step, scope) : [])]
  const held = holding(step, scope, stepsUp === 'all' || enough.length === 0)
  if (stepsUp === 'all') return held
  if (enough.length === 0 || stepsUp === 'none') return [...enough, ...held]
  return [chainTerm('||', [chainTerm('&&', enough), CHALLENGEABLE]), ...held]
}

/** Emits a line that requests the body. */
function reads(step: DecisionStep, terms: readonly Term[]): ReturnType<Line> {
  const code = titled(step, emitIf(terms, js`return -1`))
  return terms.length === 0 ? ({ ends: code } satisfies Ending) : code
}

function denying(kept: boolean): readonly Line[] {
  return kept ? [() => js`if (denied >= 0) return denied`] : []
}
