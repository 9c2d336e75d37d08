import {
  type DecisionStep,
  type Expr,
  has,
  type IdentityIr,
  isFlat,
  type Kinds,
  mapAll,
  mapChildren,
  type PolicyIr,
  type Program,
  type RouteIr,
} from '../ir/index.ts'
import { withLinks } from './find-links.ts'

/**
 * An optimization pass: a pure function on the IR of a policy. The comment of each pass states the properties that it preserves.
 */
export interface Pass {
  /** Name of the pass in kebab case, which is the name of its file. */
  readonly name: string
  run(policy: PolicyIr): PolicyIr
  /** Applies the pass to a single expression; null if the pass works on whole rules. */
  readonly rewrite: ((expression: Expr) => Expr) | null
  /** Rewrites one expression whose children are already rewritten; null if the pass needs more context. */
  readonly local: ((expression: Expr) => Expr) | null
}

/**
 * Runs passes in order. Adjacent local passes share one traversal, as traversing takes longer than rewriting.
 *
 * @param check called with each result; tests pass `verify`
 */
export function runPasses(
  policy: PolicyIr,
  passes: readonly Pass[],
  check: (policy: PolicyIr, pass: Pass) => void = () => {},
): PolicyIr {
  return together(passes).reduce((before, pass) => {
    const after = pass.run(before)
    check(after, pass)
    return after
  }, policy)
}

/**
 * Cache of optimized identities and routes, which the next run reuses if the input is the same object. A route is kept in two
 * states: before the first pass that needs the precomputed positions of all routes, and after all passes.
 */
export class PassMemo {
  readonly identities = new WeakMap<PolicyIr['identities'], PolicyIr['identities']>()
  readonly routes = new WeakMap<RouteIr, KeptRoute>()
}

interface KeptRoute {
  /** Before the first pass that needs links. */
  readonly linked: RouteIr
  /** After all passes, with the links of that run. */
  links: string | null
  done: RouteIr
}

/**
 * Runs passes only on identities and routes that are not in the cache, and takes the results of others from it. The passes must
 * be the same for each call.
 *
 * @param later the passes that need the precomputed positions of all routes, and those after them
 */
export function runPassesOnNew(policy: PolicyIr, first: readonly Pass[], later: readonly Pass[], memo: PassMemo): PolicyIr {
  const known = memo.identities.get(policy.identities)
  const fresh = policy.routes.filter((route) => !memo.routes.has(route))
  const begun = runPasses({ ...policy, identities: known === undefined ? policy.identities : [], routes: fresh }, first)
  for (const [at, route] of fresh.entries()) {
    const linked = begun.routes[at] as RouteIr
    memo.routes.set(route, { linked, links: null, done: linked })
  }
  const kept = policy.routes.map((route) => memo.routes.get(route) as KeptRoute)
  const linked = withLinks({ ...policy, identities: [], routes: kept.map((one) => one.linked) })

  const links = JSON.stringify(linked.callerLinks ?? [])
  const open = kept.filter((one) => one.links !== links)
  const rest = { ...linked, identities: known === undefined ? begun.identities : [], routes: open.map((one) => one.linked) }
  const ended = runPasses(rest, later)
  for (const [at, one] of open.entries()) Object.assign(one, { links, done: ended.routes[at] as RouteIr })
  const identities = known ?? ended.identities
  memo.identities.set(policy.identities, identities)
  return withLinks({ ...policy, identities, routes: kept.map(({ done }) => done) })
}

function together(passes: readonly Pass[]): readonly Pass[] {
  const groups: Pass[] = []
  for (const pass of passes) {
    const [last, local] = [groups.at(-1)?.local ?? null, pass.local]
    if (last === null || local === null) groups.push(pass)
    else groups.push(expressionPass(`${groups.pop()?.name}, ${pass.name}`, (expression) => local(last(expression))))
  }
  return groups
}

/**
 * Creates a pass that rewrites every expression, children first. An object with several uses is rewritten once and stays a single
 * object.
 */
export function expressionPass(name: string, rewrite: (expression: Expr) => Expr): Pass {
  return { ...steppedPass(name, () => rewriting(rewrite), mapStep), local: rewrite }
}

/** Creates a pass like `expressionPass` that skips expressions without any of the given kinds. */
export function rarePass(name: string, kinds: Kinds, rewrite: (expression: Expr) => Expr): Pass {
  return steppedPass(name, () => rewriting(rewrite, kinds), mapStep)
}

/**
 * Creates a pass that rewrites the conditions of rules and roles, each as a whole, with its own traversal. `make` is called once
 * per run.
 */
export function testPass(name: string, make: () => (expression: Expr) => Expr): Pass {
  return steppedPass(name, make, (step, deep) => {
    const [test, open] = [deep(step.test), step.open && deep(step.open)]
    return test === step.test && open === step.open ? step : { ...step, test, open }
  })
}

function steppedPass(
  name: string,
  make: () => (expression: Expr) => Expr,
  mapStep: (step: DecisionStep, deep: (expression: Expr) => Expr) => DecisionStep,
): Pass {
  return {
    name,
    local: null,
    rewrite: (expression) => make()(expression),
    run: (policy) => {
      const { identity, program } = rewriterOf(make(), mapStep)
      return mapPrograms({ ...policy, identities: mapAll(policy.identities, identity) }, program)
    },
  }
}

interface Rewriter {
  identity(identity: IdentityIr): IdentityIr
  program(program: Program): Program
}

/** Returns functions that rewrite the expressions of rules and roles by `deep`. */
export function rewriterOf(deep: (expression: Expr) => Expr, rewriteStep = mapStep): Rewriter {
  // A step is in `trace` and in `decide`, and possibly on several routes: it is rewritten once and stays one object.
  const steps = new Map<DecisionStep, DecisionStep>()
  const stepped = (step: DecisionStep): DecisionStep => {
    const after = steps.get(step) ?? rewriteStep(step, deep)
    steps.set(step, after)
    return after
  }
  return {
    identity: (identity) => {
      const roles = mapAll(identity.roles, (role) => {
        const test = deep(role.test)
        return test === role.test ? role : { ...role, test }
      })
      return roles === identity.roles ? identity : { ...identity, roles }
    },
    program: (program) => {
      const trace = mapAll(program.trace, stepped)
      const decide = mapAll(program.decide, stepped)
      return decide === program.decide && trace === program.trace ? program : { ...program, decide, trace }
    },
  }
}

/**
 * Memoizes for one run, so that nothing outlives its expressions.
 * @param kinds skips expressions without these; null: none
 */
function rewriting(rewrite: (expression: Expr) => Expr, kinds: Kinds | null = null): (expression: Expr) => Expr {
  const rewritten = new Map<Expr, Expr>()
  const deep = (expression: Expr): Expr => {
    if (kinds !== null && !has(expression, kinds)) return expression
    // A flat expression is rewritten faster than it is looked up.
    if (isFlat(expression)) return rewrite(mapChildren(expression, rewrite))
    const known = rewritten.get(expression)
    if (known !== undefined) return known
    const after = rewrite(mapChildren(expression, deep))
    rewritten.set(expression, after)
    return after
  }
  return deep
}

/** Maps a step's expressions; returns the same step if nothing changed. */
function mapStep(step: DecisionStep, map: (expression: Expr) => Expr): DecisionStep {
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

/** Applies a function to each distinct program of a policy. Routes whose programs do not change stay the same objects. */
export function mapPrograms(policy: PolicyIr, map: (program: Program) => Program): PolicyIr {
  const mapped = new Map<Program, Program>()
  const once = (program: Program): Program => {
    const after = mapped.get(program) ?? map(program)
    mapped.set(program, after)
    return after
  }
  const routes = mapAll(policy.routes, (route) => {
    const anonymous = once(route.anonymous)
    const authenticated = once(route.authenticated)
    return anonymous === route.anonymous && authenticated === route.authenticated ? route : { ...route, anonymous, authenticated }
  })
  return { ...policy, routes }
}

/** Applies a function to the conditions of all rules in `decide`. Routes whose rules do not change stay the same objects. */
export function mapDecided(policy: PolicyIr, map: (test: Expr) => Expr): PolicyIr {
  const mapped = new Map<DecisionStep, DecisionStep>()
  const mapStep = (step: DecisionStep): DecisionStep => {
    const test = map(step.test)
    const open = step.open && map(step.open)
    return test === step.test && open === step.open ? step : { ...step, test, open }
  }
  const once = (step: DecisionStep): DecisionStep => {
    const after = mapped.get(step) ?? mapStep(step)
    mapped.set(step, after)
    return after
  }
  return mapPrograms(policy, (program) => {
    const decide = mapAll(program.decide, once)
    return decide === program.decide ? program : { ...program, decide }
  })
}
