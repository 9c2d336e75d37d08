import type { DecisionStep, LimitIr, Program, RequirementIr } from '../../compiler/ir/index.ts'
import { type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import type { Context } from './context.ts'
import { holds, stands } from './permitted.ts'
import { met } from './requirements.ts'
import type { Value } from './symbolic-domain.ts'
import { casesOf } from './values.ts'

/**
 * The decisions of a route's program, each with its set of requests: steps 8 to 10 of `spec/language/decision.md`. Programs with
 * equal outcomes decide alike.
 */
export interface Outcomes {
  readonly permits: Edge
  /** For each text that combines effect, challenge and reason: the set of requests that are refused in this way. */
  readonly says: ReadonlyMap<string, Edge>
  /** Rate limits of permitted requests, each with the requests to which it applies. */
  readonly limits: readonly Obliged<Pick<LimitIr, 'count' | 'per'>>[]
  readonly headers: readonly Obliged<{ readonly name: string }>[]
}

interface Obliged<T> {
  readonly what: T
  readonly when: Edge
  /** The key's or header's value; null: a limit without a key. */
  readonly values: readonly { readonly when: Edge; readonly value: Value }[] | null
}

export function outcomesOf({ trace, signIn }: Program, context: Context): Outcomes {
  const { diagram } = context.world
  const enforced = trace.filter(({ shadow }) => !shadow).toSorted((a, b) => (a.rule < b.rule ? -1 : 1))
  const forbids = enforced.filter(({ effect }) => effect === 'forbid').map((step) => ({ step, stands: stands(step, context) }))
  const permits = enforced.filter(({ effect }) => effect === 'permit').map((step) => judgePermit(step, context))
  const settled = effectOf(forbids, permits, signIn, context)
  const given = permits.map((one) => ({ ...one, when: diagram.and(settled.permits, one.met) }))
  const unlimited = diagram.any(given.filter(({ step }) => step.limit === null).map(({ when }) => when))
  return {
    permits: settled.permits,
    says: settled.says,
    limits: given.flatMap(({ step: { limit }, when }) =>
      limit === null
        ? []
        : [{ what: limit, when: diagram.and(when, diagram.not(unlimited)), values: limit.by && casesOf(limit.by, context) }],
    ),
    headers: given.flatMap(({ step, when }) =>
      step.headers.map(({ name, value }) => ({ what: { name }, when, values: casesOf(value, context) })),
    ),
  }
}

/**
 * Returns the combined effect of rules: the permitted requests, and the refused ones by effect, challenge and reason. Rules are
 * given in the order of their names.
 */
export function effectOf(
  forbids: readonly Forbid[],
  permits: readonly Permit[],
  signIn: boolean,
  context: Context,
): Pick<Outcomes, 'permits' | 'says'> {
  const { diagram } = context.world
  const settled = settle(forbids, permits, signIn, context)
  const closed = (one: { readonly step: DecisionStep }) => one.step.open === null
  // A deny that no body can change precedes the body, and its reason comes from what is known by then.
  const early = [...forbids, ...permits].every(closed)
    ? null
    : settle(forbids.filter(closed), permits.filter(closed), signIn, context)
  const isEarly = early?.final ?? FALSE
  const says = new Map(settled.says)
  for (const reason of new Set([...settled.reasons.keys(), ...(early?.reasons.keys() ?? [])])) {
    const [before, after] = [early?.reasons.get(reason) ?? FALSE, settled.reasons.get(reason) ?? FALSE]
    says.set(`deny ${reason}`, diagram.or(diagram.and(isEarly, before), diagram.and(diagram.not(isEarly), after)))
  }
  return { permits: settled.permits, says }
}

export interface Forbid {
  readonly step: DecisionStep
  readonly stands: Edge
}

export interface Permit {
  readonly step: DecisionStep
  /** The set of requests for which all conditions of the permit are true, whether or not its requirements are met. */
  readonly holds: Edge
  /** The set of requests for which all conditions of the permit are true and its requirements are met. */
  readonly met: Edge
  readonly unmet: readonly { readonly requirement: RequirementIr; readonly when: Edge }[]
}

function judgePermit(step: DecisionStep, context: Context): Permit {
  const { diagram } = context.world
  const unmet = step.requires.map((requirement) => ({ requirement, when: diagram.not(met(requirement, context)) }))
  const all = holds(step, context)
  return { step, holds: all, met: diagram.all([all, ...unmet.map(({ when }) => diagram.not(when))]), unmet }
}

interface Settled extends Pick<Outcomes, 'permits' | 'says'> {
  readonly reasons: ReadonlyMap<string, Edge>
  /** Where a deciding forbid cannot be cured. */
  readonly final: Edge
}

/** The rules are sorted by name. */
function settle(forbids: readonly Forbid[], permits: readonly Permit[], signIn: boolean, context: Context): Settled {
  const { diagram } = context.world
  const forbidden = diagram.any(forbids.map((one) => one.stands))
  const allowed = diagram.any(permits.map((one) => one.met))
  const nearly = diagram.any(permits.map((one) => one.holds))
  const permitted = diagram.and(allowed, diagram.not(forbidden))
  const refused = diagram.not(diagram.or(forbidden, allowed))
  const open = (some: readonly Forbid[]) =>
    diagram.any(some.filter(({ step }) => step.requires.length === 0).map((one) => one.stands))
  const says = new Map<string, Edge>()
  const { identity } = context
  if (identity !== null) {
    const cured = diagram.and(forbidden, diagram.all([diagram.not(open(forbids)), nearly]))
    const stepsUp = (where: Edge) => (identity.stepsUp ? where : FALSE)
    const challenged = diagram.or(stepsUp(cured), stepsUp(diagram.and(refused, nearly)))
    says.set('challenge', challenged)
    for (const [what, where] of asked(forbids, permits, allowed, context))
      says.set(`asks ${what}`, diagram.and(challenged, where))
    const denied = diagram.and(forbidden, diagram.not(challenged))
    const reasons = reasonsOf(forbids, denied, context)
    reasons.set(DEFAULT, diagram.or(reasons.get(DEFAULT) ?? FALSE, diagram.and(refused, diagram.not(challenged))))
    return { permits: permitted, says, reasons, final: diagram.and(denied, open(forbids)) }
  }
  const impersonal = forbids.filter(({ step }) => !step.personal)
  const personal = forbids.filter(({ step }) => step.personal)
  const byAnybody = diagram.any(impersonal.map((one) => one.stands))
  const byPersonal = diagram.and(forbidden, diagram.not(byAnybody))
  const unauthenticated = [signIn ? byPersonal : FALSE, diagram.and(refused, signIn ? TRUE : nearly)]
  says.set('unauthenticated', diagram.any(unauthenticated))
  const reasons = reasonsOf(impersonal, byAnybody, context)
  for (const [reason, where] of signIn ? [] : reasonsOf(personal, byPersonal, context))
    reasons.set(reason, diagram.or(reasons.get(reason) ?? FALSE, where))
  const byDefault = signIn ? FALSE : diagram.and(refused, diagram.not(nearly))
  reasons.set(DEFAULT, diagram.or(reasons.get(DEFAULT) ?? FALSE, byDefault))
  const final = diagram.or(diagram.and(byAnybody, open(impersonal)), signIn ? FALSE : diagram.and(byPersonal, open(personal)))
  return { permits: permitted, says, reasons, final }
}

const DEFAULT = JSON.stringify('default')

/** By the reason of the first forbid that holds. */
function reasonsOf(forbids: readonly Forbid[], where: Edge, { world: { diagram } }: Context): Map<string, Edge> {
  const reasons = new Map<string, Edge>()
  let none: Edge = where
  for (const { step, stands: one } of forbids) {
    const reason = JSON.stringify(step.because)
    reasons.set(reason, diagram.or(reasons.get(reason) ?? FALSE, diagram.and(none, one)))
    none = diagram.and(none, diagram.not(one))
  }
  return reasons
}

/** Returns each forbid's first requirement, and the unmet ones of the permit without requirements, or of the first. */
function asked(
  forbids: readonly Forbid[],
  permits: readonly Permit[],
  allowed: Edge,
  { world: { diagram } }: Context,
): ReadonlyMap<string, Edge> {
  const found = new Map<string, Edge>()
  const add = (requirement: RequirementIr, where: Edge) => {
    const key = JSON.stringify(requirement)
    found.set(key, diagram.or(found.get(key) ?? FALSE, where))
  }
  for (const { step, stands: one } of forbids) if (step.requires[0] !== undefined) add(step.requires[0], one)
  let none = diagram.not(allowed)
  for (const permit of permits) {
    const nearest = diagram.and(none, permit.holds)
    for (const { requirement, when } of permit.unmet) add(requirement, diagram.and(nearest, when))
    none = diagram.and(none, diagram.not(permit.holds))
  }
  return found
}

/** Returns outcomes that permit no request and refuse each with the same text. For a route or identity that a policy lacks. */
export function nothing(says: string): Outcomes {
  return { permits: FALSE, says: new Map([[says, TRUE]]), limits: [], headers: [] }
}
