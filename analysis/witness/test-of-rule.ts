import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import { testBlock } from '../../compiler/testing/invariants/test-block.ts'
import { emptyCollections } from '../../compiler/testing/test-request.ts'
import type { Invariant, Model, Route, Rule } from '../../language/checker/model.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { AnalysisControl } from '../budget.ts'
import { prove } from '../prove/prove.ts'

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
 * Searches for a small request that a rule decides, and returns it as a test. Returns null if none is found, and for a shadow rule,
 * which decides nothing.
 *
 * @param interpret decides a request by a policy
 */
export function testOfRule(
  model: Model,
  rule: Rule,
  interpret: (model: Model, request: EvalRequest) => Omit<EvalAnswer, 'revision'>,
  control: AnalysisControl,
): RuleTest | null {
  if (rule.shadow) return null
  const partOf = partsOf(model)
  // The validators of an imported schema are in the bundle alone, so whether a body fits is not known here.
  const routes = rule.routes.filter(({ body }) => body === null || body.schema === null)
  for (const route of routes.slice(0, MOST_ROUTES)) {
    let found: { readonly request: EvalRequest; readonly answer: EvalAnswer } | null = null
    const ask = (request: EvalRequest) => {
      const data = { ...emptyCollections(model), ...request.data }
      const answer = { ...interpret(model, { ...request, data }), revision: '' }
      const isDecided = isDecidedBy(rule, answer) && answer.route === route.name
      if (isDecided) found = { request, answer }
      // What another rule decides is no find, whatever is decided.
      const effect = (rule.effect === 'permit') === isDecided ? 'permit' : 'deny'
      return { answer: { ...answer, effect, reason: null } as const, values: new Map() }
    }
    prove(soughtIn(partOf(route), route, rule), ask, control)
    if (found !== null) return ruleTest(rule, route, found)
    if (control.isOver()) return null
  }
  return null
}

function isDecidedBy({ effect, name }: Rule, answer: EvalAnswer): boolean {
  return answer.effect === (effect === 'permit' ? 'permit' : 'deny') && answer.rules.includes(name)
}

/** A policy whose invariant is broken by what the rule decides: for a permit, beside the forbids; for a forbid, beside a permit. */
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

function ruleTest(
  { name, effect }: Rule,
  route: Route,
  { request, answer }: { readonly request: EvalRequest; readonly answer: EvalAnswer },
): RuleTest {
  const text = testBlock(`${name} ${effect}s ${route.name}`, request, { ...answer, rules: [name] })
  const data = Object.keys(request.data ?? {}).filter((one) => text.includes(`\n  data ${one}:`))
  return { text, names: [...(request.caller ? [request.caller.identity] : []), ...data] }
}
