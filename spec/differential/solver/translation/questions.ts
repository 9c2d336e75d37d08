/** What z3 is asked of a policy: of each invariant, route and kind of caller whether some request breaks it. */
import { type DecisionStep, type IdentityIr, lower, type Program, type RouteIr } from '../../../../compiler/ir/index.ts'
import { lowerExpression } from '../../../../compiler/ir/lowering/lower-expression.ts'
import type { Invariant, Model, Route } from '../../../../language/index.ts'
import { PRELUDE, plain } from './expressions.ts'
import { Facts } from './facts.ts'
import { requirementMet } from './requirements.ts'
import { evaluated, type Scope, truth } from './scope.ts'
import { termOf } from './shapes.ts'
import { and, FALSE, type Formula, not, or, TRUE } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

/** Of a route, for one kind of caller. */
export interface Question {
  /** All that can be asked of a request, and what is true of it whatever it is. */
  readonly script: string
  readonly invariants: readonly Invariant[]
  /** Of each of them, in their order: where it would be broken. */
  readonly breaks: readonly Formula[]
  /** Whether less is said of something than is true of it: then what z3 finds possible need not be. */
  readonly isLoose: boolean
}

export interface Asked {
  readonly questions: readonly Question[]
  /** Of which some question cannot be written down. */
  readonly unsupported: ReadonlyMap<Invariant, string>
}

export function questionsOf(model: Model): Asked {
  const ir = lower(model)
  const unsupported = new Map<Invariant, string>()
  const questions: Question[] = []
  for (const [at, route] of model.routes.entries()) {
    const concerned = model.invariants.filter(({ routes }) => routes.includes(route))
    for (const identity of concerned.length === 0 ? [] : [null, ...ir.identities]) {
      const asked = questionOn(model, route, ir.routes[at] as RouteIr, identity, concerned, unsupported)
      if (asked !== null) questions.push(asked)
    }
  }
  return { questions, unsupported }
}

function questionOn(
  model: Model,
  route: Route,
  program: RouteIr,
  identity: IdentityIr | null,
  concerned: readonly Invariant[],
  unsupported: Map<Invariant, string>,
): Question | null {
  const scope: Scope = { facts: new Facts(), route: program, identity, variables: new Map(), plain }
  const caller = model.identities.find(({ name }) => name === identity?.name) ?? 'anonymous'
  const invariants: Invariant[] = []
  const breaks: Formula[] = []
  const tell = (some: readonly Invariant[], error: unknown) => {
    if (!(error instanceof UnsupportedError)) throw error
    for (const one of some) unsupported.set(one, error.message)
  }
  let permits: Formula
  try {
    permits = permitted(identity === null ? program.anonymous : program.authenticated, scope)
  } catch (error) {
    tell(concerned, error)
    return null
  }
  for (const invariant of concerned) {
    try {
      const condition = invariant.condition && lowerExpression(invariant.condition, { model, route, caller })
      breaks.push(broken(invariant, permits, condition === null ? { yes: TRUE, no: FALSE } : truth(condition, scope)))
      invariants.push(invariant)
    } catch (error) {
      tell([invariant], error)
    }
  }
  return { script: `${PRELUDE}\n${scope.facts.script()}`, invariants, breaks, isLoose: scope.facts.isLoose }
}

/** Of a route and a kind of caller of two policies that declare the same: where one permits and the other does not. */
export interface Difference {
  readonly script: string
  readonly differs: Formula
}

export function differencesOf(before: Model, after: Model): readonly Difference[] {
  const [old, young] = [lower(before), lower(after)]
  return young.routes.flatMap((route) => {
    const was = old.routes.find(({ name }) => name === route.name)
    if (was === undefined) throw new UnsupportedError(`the route ${route.name}, which is new`)
    return [null, ...young.identities].flatMap((identity): readonly Difference[] => {
      const facts = new Facts()
      const of = (program: RouteIr, caller: IdentityIr | null) =>
        permitted(caller === null ? program.anonymous : program.authenticated, {
          facts,
          route: program,
          identity: caller,
          variables: new Map(),
          plain,
        })
      const known = old.identities.find(({ name }) => name === identity?.name) ?? null
      const [a, b] = [of(was, known), of(route, identity)]
      return a === b ? [] : [{ script: `${PRELUDE}\n${facts.script()}`, differs: `(xor ${a} ${b})` }]
    })
  })
}

/** `spec/language/invariants.md`. */
function broken({ form }: Invariant, permits: Formula, { yes, no }: ReturnType<typeof truth>): Formula {
  const errs = and(not(yes), not(no))
  switch (form) {
    case 'permitted-only-when':
      return or(errs, and(permits, no))
    case 'permitted-when':
      return or(errs, and(not(permits), yes))
    case 'denied-when':
      return or(errs, and(permits, yes))
  }
}

/** Steps 8 and 9 of `spec/language/decision.md`. */
function permitted({ trace }: Program, scope: Scope): Formula {
  const enforced = trace.filter(({ shadow }) => !shadow)
  const of = (effect: DecisionStep['effect'], is: (step: DecisionStep, scope: Scope) => Formula) =>
    or(...enforced.filter((step) => step.effect === effect).map((step) => scope.facts.named('Bool', is(step, scope))))
  return and(of('permit', allows), not(of('forbid', stands)))
}

/** It holds or errs, and nothing that it asks for is met. */
function stands({ test, requires }: DecisionStep, scope: Scope): Formula {
  return and(not(truth(test, scope).no), ...requires.map((one) => not(requirementMet(one, scope))))
}

function allows({ test, requires, limit, headers }: DecisionStep, scope: Scope): Formula {
  const obliged = [...(limit?.by ? [limit.by] : []), ...headers.map(({ value }) => value)].map((one) => evaluated(one, scope))
  const sent = obliged.slice(limit?.by ? 1 : 0).map(({ value }) => `(str.in_re ${termOf(value)} ${SENDABLE})`)
  return and(
    truth(test, scope).yes,
    ...requires.map((one) => requirementMet(one, scope)),
    ...obliged.map(({ ok }) => ok),
    ...sent,
  )
}

/** Printable ASCII without blanks at its ends (`spec/language/obligations.md`). */
const SEEN = '(re.range "!" "~")'
const SENDABLE = `(re.opt (re.++ ${SEEN} (re.opt (re.++ (re.* (re.range " " "~")) ${SEEN}))))`
