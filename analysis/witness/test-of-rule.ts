import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { testBlock } from '../../compiler/testing/invariants/test-block.ts'
import { emptyCollections } from '../../compiler/testing/test-request.ts'
import type { Invariant, Model, Route, Rule } from '../../language/checker/model.ts'
import type { Steps } from '../../language/steps.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { AnalysisControl } from '../budget.ts'
import { proveInSteps } from '../prove/prove.ts'

/** A request that a rule decides. */
export interface RuleTest {
  /** Source text of a `test` block that passes. */
  readonly text: string
  /** Names of declarations that the block mentions: an identity and data. */
  readonly names: readonly string[]
}

/** Maximum routes of a rule on which a request is sought. */
const MOST_ROUTES = 8

/**
 * Searches for a small request that a rule decides, and returns it as a test. Returns null if none is found, and for a shadow
 * rule, which decides nothing. The steps are those of a proof on each route of the rule.
 *
 * @param interpret decides a request by a policy
 */
export function* testOfRuleInSteps(
  model: Model,
  rule: Rule,
  interpret: (model: Model, request: EvalRequest) => Omit<EvalAnswer, 'revision'>,
  control: AnalysisControl,
): Steps<RuleTest | null> {
  if (rule.shadow) return null
  const partOf = partsOf(model)
  const answerTo = (request: EvalRequest): EvalAnswer => {
    const data = { ...emptyCollections(model), ...request.data }
    return { ...interpret(model, { ...request, data }), revision: '' }
  }
  // The validators of an imported schema are in the bundle alone, so whether a body fits is not known here.
  const routes = rule.routes.filter(({ body }) => body === null || body.schema === null)
  for (const route of routes.slice(0, MOST_ROUTES)) {
    let found: Decided | null = null
    const ask = (request: EvalRequest) => {
      const answer = answerTo(request)
      const isDecided = isDecidedBy(rule, answer, route)
      if (isDecided) found = { request, answer }
      // What another rule decides is no find, whatever is decided.
      const effect = (rule.effect === 'permit') === isDecided ? 'permit' : 'deny'
      return { answer: { ...answer, effect, reason: null } as const, values: new Map() }
    }
    yield* proveInSteps(soughtIn(partOf(route), route, rule), ask, control)
    if (found !== null) return ruleTest(rule, route, withGet(found, rule, route, answerTo))
    if (control.isOver()) return null
  }
  return null
}

/** A request with its answer, which is a rule's. */
interface Decided {
  readonly request: EvalRequest
  readonly answer: EvalAnswer
}

function isDecidedBy({ effect, name }: Rule, answer: EvalAnswer, route: Route): boolean {
  return answer.route === route.name && answer.effect === (effect === 'permit' ? 'permit' : 'deny') && answer.rules.includes(name)
}

/** Readers of a test expect GET rather than HEAD. */
function withGet(found: Decided, rule: Rule, route: Route, answerTo: (request: EvalRequest) => EvalAnswer): Decided {
  if (found.request.method !== 'HEAD') return found
  const request = { ...found.request, method: 'GET' }
  const answer = answerTo(request)
  return isDecidedBy(rule, answer, route) ? { request, answer } : found
}

/**
 * Returns a policy whose invariant is broken by what the rule decides: for a permit, beside the forbids; for a forbid, beside a
 * permit.
 */
function soughtIn(part: Model, route: Route, rule: Rule): Model {
  const forbids = part.rules.filter(({ effect, shadow }) => effect === 'forbid' && !shadow)
  const rules = rule.effect === 'permit' ? [rule, ...forbids] : [rule, permitOn(route)]
  const invariant: Invariant = {
    ...{ name: rule.name, routes: [route], condition: null, allowUnknown: false, doc: null },
    form: rule.effect === 'permit' ? 'denied-when' : 'permitted-when',
    // Its place is never shown.
    declaration: { kind: 'InvariantDeclaration' } as Invariant['declaration'],
  }
  return { ...part, rules, invariants: [invariant] }
}

function permitOn(route: Route): Rule {
  return {
    ...{ name: '', shadow: false, effect: 'permit', routes: [route], to: [{ kind: 'anyone' }], conditions: [], requires: [] },
    ...{ limit: null, headers: [], because: null, personal: false, doc: null },
    reads: { headers: [], data: [], body: false, query: false, mtls: false },
    // Its place is never shown.
    declaration: null as unknown as Rule['declaration'],
  }
}

function ruleTest({ name, effect }: Rule, route: Route, { request, answer }: Decided): RuleTest {
  const text = testBlock(`${name} ${effect}s ${route.name}`, request, { ...answer, rules: [name] })
  const data = Object.keys(request.data ?? {}).filter((one) => text.includes(`\n  data ${one}:`))
  return { text, names: [...(request.caller ? [request.caller.identity] : []), ...data] }
}
