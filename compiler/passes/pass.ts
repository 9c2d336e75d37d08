import { type Expr, mapChildren, type PolicyIr, type Program, type Step } from '../ir/index.ts'

/** A pure function that makes a policy simpler and keeps what its comment says. */
export interface Pass {
  /** Kebab-case: its file's name. */
  readonly name: string
  run(policy: PolicyIr): PolicyIr
  /** What it makes of a single expression; null where it is about steps. */
  readonly rewrite: ((expression: Expr) => Expr) | null
}

/** Runs passes in order; `check` sees what each of them made (tests give `verify`). */
export function runPasses(
  policy: PolicyIr,
  passes: readonly Pass[],
  check: (policy: PolicyIr, pass: Pass) => void = () => {},
): PolicyIr {
  return passes.reduce((before, pass) => {
    const after = pass.run(before)
    check(after, pass)
    return after
  }, policy)
}

/**
 * A pass that rewrites every expression from the leaves up: `rewrite` gets one whose children are rewritten. What stands in several
 * places, such as the body of a def, is rewritten once and stays one.
 */
export function expressionPass(name: string, rewrite: (expression: Expr) => Expr): Pass {
  const rewritten = new WeakMap<Expr, Expr>()
  const deep = (expression: Expr): Expr => {
    const known = rewritten.get(expression)
    if (known !== undefined) return known
    const after = rewrite(mapChildren(expression, deep))
    rewritten.set(expression, after)
    return after
  }
  return {
    name,
    rewrite: deep,
    run: (policy) => {
      // A step stands in `decide` and in `trace`: rewritten once, it stays one object.
      const done = new Map<Step, Step>()
      const step = (before: Step): Step => {
        const after = done.get(before) ?? mapStep(before, deep)
        done.set(before, after)
        return after
      }
      const withRoles = {
        ...policy,
        identities: policy.identities.map((identity) => ({
          ...identity,
          roles: identity.roles.map((role) => ({ ...role, test: deep(role.test) })),
        })),
      }
      return mapPrograms(withRoles, (program) => ({
        ...program,
        decide: program.decide.map(step),
        trace: program.trace.map(step),
      }))
    },
  }
}

/** The same step over other expressions. */
function mapStep(step: Step, map: (expression: Expr) => Expr): Step {
  const { test, to, clauses, open, limit, headers } = step
  return {
    ...step,
    test: map(test),
    to: map(to),
    clauses: clauses.map((clause) => ({ ...clause, expression: map(clause.expression) })),
    open: open && map(open),
    limit: limit && { ...limit, by: limit.by && map(limit.by) },
    headers: headers.map(({ name, value }) => ({ name, value: map(value) })),
  }
}

/** The same policy with other programs. */
export function mapPrograms(policy: PolicyIr, map: (program: Program) => Program): PolicyIr {
  return {
    ...policy,
    routes: policy.routes.map((route) => ({
      ...route,
      anonymous: map(route.anonymous),
      authenticated: map(route.authenticated),
    })),
  }
}
