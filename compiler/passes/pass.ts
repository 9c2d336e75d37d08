import { type Expr, isFlat, mapChildren, type PolicyIr, type Program, type Step } from '../ir/index.ts'

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
  return wholePass(name, () => rewriting(rewrite))
}

/** A pass that rewrites every expression as a whole; `make` is asked once for each run. */
export function wholePass(name: string, make: () => (expression: Expr) => Expr): Pass {
  return {
    name,
    rewrite: (expression) => make()(expression),
    run: (policy) => {
      const deep = make()
      // A step stands in `decide` and in `trace`: rewritten once, it stays one object.
      const done = new Map<Step, Step>()
      const step = (before: Step): Step => {
        const after = done.get(before) ?? mapStep(before, deep)
        done.set(before, after)
        return after
      }
      const identities = mapAll(policy.identities, (identity) => {
        const roles = mapAll(identity.roles, (role) => {
          const test = deep(role.test)
          return test === role.test ? role : { ...role, test }
        })
        return roles === identity.roles ? identity : { ...identity, roles }
      })
      return mapPrograms({ ...policy, identities }, (program) => {
        const [decide, trace] = [mapAll(program.decide, step), mapAll(program.trace, step)]
        return decide === program.decide && trace === program.trace ? program : { ...program, decide, trace }
      })
    },
  }
}

/** Of a run, so that nothing is kept of what nobody has any more. */
function rewriting(rewrite: (expression: Expr) => Expr): (expression: Expr) => Expr {
  const rewritten = new Map<Expr, Expr>()
  const deep = (expression: Expr): Expr => {
    // What is over leaves is rewritten sooner than it is looked up.
    if (isFlat(expression)) return rewrite(mapChildren(expression, rewrite))
    const known = rewritten.get(expression)
    if (known !== undefined) return known
    const after = rewrite(mapChildren(expression, deep))
    rewritten.set(expression, after)
    return after
  }
  return deep
}

/** The same step over other expressions; itself where `map` changes none. */
function mapStep(step: Step, map: (expression: Expr) => Expr): Step {
  const test = map(step.test)
  const to = map(step.to)
  const clauses = mapAll(step.clauses, (clause) => {
    const expression = map(clause.expression)
    return expression === clause.expression ? clause : { ...clause, expression }
  })
  const open = step.open && map(step.open)
  const by = step.limit?.by ? map(step.limit.by) : null
  const limit = step.limit === null || step.limit.by === by ? step.limit : { ...step.limit, by }
  const headers = mapAll(step.headers, (header) => {
    const value = map(header.value)
    return value === header.value ? header : { ...header, value }
  })
  const same =
    test === step.test &&
    to === step.to &&
    clauses === step.clauses &&
    open === step.open &&
    limit === step.limit &&
    headers === step.headers
  return same ? step : { ...step, test, to, clauses, open, limit, headers }
}

/** The same list where `map` changes nothing in it. */
function mapAll<T>(before: readonly T[], map: (one: T) => T): readonly T[] {
  const after = before.map(map)
  return after.every((one, at) => one === before[at]) ? before : after
}

/** The same policy with other programs. A route in which `map` changes nothing stays the same object. */
export function mapPrograms(policy: PolicyIr, map: (program: Program) => Program): PolicyIr {
  return {
    ...policy,
    routes: policy.routes.map((route) => {
      const [anonymous, authenticated] = [map(route.anonymous), map(route.authenticated)]
      return anonymous === route.anonymous && authenticated === route.authenticated
        ? route
        : { ...route, anonymous, authenticated }
    }),
  }
}
