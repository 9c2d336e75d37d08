/**
 * `decide`: steps 8 to 10 of `spec/language/decision.md`, unrolled; the first line that returns decides. Two variables keep what
 * one rule alone does not decide: `denied` is the outcome of the first curable forbid that holds; `challenged` is the challenge
 * that it becomes if a permit holds, or that the first permit with requirements asks for.
 */
import type { Outcome } from '../../../runtime/abi/index.ts'
import type { DecisionStep, Program } from '../../ir/index.ts'
import { type Code, joinCode, js } from '../code.ts'
import { atom, LEVEL, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { type CallerKind, emitBlock, emitIf, holding, met, standing, titled } from './conditions.ts'
import type { Ending, Line, RouteLines } from './lines.ts'
import { outcomes } from './outcomes.ts'

/** How many identities have callers who can be asked for a stronger authentication: all of them, some or none. */
export type StepsUp = 'all' | 'some' | 'none'

export const CHALLENGEABLE = atom(js`steps$up[+facts.identity]`)
/**
 * Emitted condition: no forbid with authentication requirements has applied so far. Such a forbid is only recorded, in the
 * variable `denied`, because a later forbid without requirements takes precedence.
 */
export const UNDENIED = term(js`denied < 0`, LEVEL.relation)
export const DENIED = { name: js`denied`, initial: js`-1` }
const CHALLENGED = { name: js`challenged`, initial: js`-1` }

export function decideAnonymous({ decide, shared = [], signIn }: Program): RouteLines {
  const lines = decide.flatMap((step): Line[] => {
    if (step.stage === 3) {
      // The last line asks a caller who could sign in to do so.
      return signIn ? [] : [(scope) => decides(step, holding(step, scope), outcomes.unauthenticated(null), scope)]
    }
    if (step.effect === 'permit') return [(scope) => decides(step, holding(step, scope), outcomes.permit(step), scope)]
    const asks = step.stage === 1 && signIn
    const outcome = asks ? outcomes.unauthenticated(step.rule) : outcomes.deny(step)
    return [(scope) => decides(step, standing(step, 'anonymous', scope), outcome, scope)]
  })
  return {
    keeps: shared.length > 0,
    lines: [...lines, otherwise(signIn ? outcomes.unauthenticated(null) : outcomes.byDefault)],
  }
}

export function decideAuthenticated({ decide, shared = [] }: Program, stepsUp: StepsUp): RouteLines {
  const permits = decide.filter(({ effect }) => effect === 'permit')
  const cures = stepsUp !== 'none' && permits.length > 0 && decide.some(isCurable)
  const asks = stepsUp !== 'none' && permits.some(({ requires }) => requires.length > 0)
  const forbids = forbidLines(
    decide.filter(({ effect }) => effect === 'forbid'),
    {
      asker: 'authenticated',
      isKept: (step) => cures && isCurable(step),
      outcomeOf: outcomes.deny,
      keep: (step, scope) => [
        js`denied = ${scope.module.outcome(outcomes.deny(step))}`,
        js`challenged = ${scope.module.outcome(outcomes.challenge(step))}`,
      ],
    },
  )
  const uncured: Line[] = cures && stepsUp === 'some' ? [() => js`if (denied >= 0 && !${CHALLENGEABLE.code}) return denied`] : []
  return {
    keeps: shared.length > 0,
    state: [...(cures ? [DENIED] : []), ...(cures || asks ? [CHALLENGED] : [])],
    lines: [
      ...forbids,
      ...uncured,
      ...permits.map(
        (step): Line =>
          (scope) =>
            permitLine(step, cures, asks, scope),
      ),
      ...(cures ? [(() => js`if (denied >= 0) return denied`) satisfies Line] : []),
      ...(asks ? [asking(stepsUp)] : []),
      otherwise(outcomes.byDefault),
    ],
  }
}

function isCurable({ effect, requires }: DecisionStep): boolean {
  return effect === 'forbid' && requires.length > 0
}

/** How a forbid that holds is handled. */
interface Forbidding {
  readonly asker: CallerKind
  /** Whether the forbid does not decide yet, as a later forbid that cannot be cured may. The reason is always the first's. */
  isKept(step: DecisionStep): boolean
  outcomeOf(step: DecisionStep): Outcome
  /** Emits the assignment that remembers a kept forbid. */
  keep(step: DecisionStep, scope: FunctionScope): readonly Code[]
}

/** Returns the lines of code for a program's forbid rules, given in the order of their stages and names. */
export function forbidLines(forbids: readonly DecisionStep[], { asker, isKept, outcomeOf, keep }: Forbidding): readonly Line[] {
  const first = forbids.findIndex(isKept)
  return forbids.map((step, at): Line => {
    const later = first >= 0 && at > first
    if (!isKept(step))
      return (scope) => decides(step, standing(step, asker, scope), outcomeOf(step), scope, later ? js`denied` : null)
    return (scope) => {
      const kept = keep(step, scope)
      const [only] = kept
      const result = only !== undefined && kept.length === 1 ? only : emitBlock(...kept)
      return titled(step, emitIf([...(later ? [UNDENIED] : []), ...standing(step, asker, scope, !later)], result))
    }
  })
}

function permitLine(step: DecisionStep, cures: boolean, asks: boolean, scope: FunctionScope): Code | Ending {
  const outcome = outcomes.permit(step)
  if (step.requires.length === 0) return decides(step, holding(step, scope), outcome, scope, cures ? js`challenged` : null)
  if (!asks) return decides(step, [...holding(step, scope), ...met(step, scope)], outcome, scope)
  const lines = [
    ...(cures ? [js`if (denied >= 0) return challenged`] : []),
    emitIf(met(step, scope), js`return ${scope.module.outcome(outcome)}`),
    js`if (challenged < 0) challenged = ${scope.module.outcome(outcomes.challenge(step))}`,
  ]
  const terms = holding(step, scope)
  return titled(step, terms.length === 0 ? joinCode(lines, '\n') : emitIf(terms, emitBlock(...lines)))
}

/**
 * Emits a line that returns an outcome if all terms are true.
 *
 * @param instead returned in place of the outcome if a forbid was recorded before; null if that is impossible
 */
export function decides(
  step: DecisionStep,
  terms: Parameters<typeof emitIf>[0],
  outcome: Outcome,
  scope: FunctionScope,
  instead: Code | null = null,
): Code | Ending {
  const index = scope.module.outcome(outcome)
  const result = instead === null ? js`return ${index}` : js`return denied < 0 ? ${index} : ${instead}`
  const code = titled(step, emitIf(terms, result))
  return terms.length === 0 ? { ends: code } : code
}

function asking(stepsUp: StepsUp): Line {
  const can = stepsUp === 'some' ? js`challenged >= 0 && ${CHALLENGEABLE.code}` : js`challenged >= 0`
  return () => js`if (${can}) return challenged`
}

export function otherwise(outcome: Outcome): Line {
  return (scope) => ({ ends: js`return ${scope.module.outcome(outcome)}` })
}
