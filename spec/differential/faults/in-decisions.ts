/** Mistakes in what rules are made of, and in how their outcomes become an answer. */
import { TRUE } from '../../../compiler/ir/build.ts'
import { compiledPolicy } from '../compiled-policy.ts'
import { type Fault, inIr, inRules, inSteps } from './fault.ts'

export const inDecisions: readonly Fault[] = [
  inIr('two roles with one bit', (policy) => ({
    ...policy,
    identities: policy.identities.map((identity) => ({
      ...identity,
      roles: identity.roles.map((role, at) => (at === 1 ? { ...role, bit: identity.roles[0]?.bit ?? 0 } : role)),
    })),
  })),
  inIr('forbids in the wrong order', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({
      ...route,
      authenticated: {
        ...route.authenticated,
        decide: [...route.authenticated.decide].sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? 1 : -1)),
      },
    })),
  })),
  inIr('headers that come twice are read', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({ ...route, headers: [] })),
  })),
  inIr('data that never arrived are not asked for', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({ ...route, data: [] })),
  })),
  inIr('nobody can step up', (policy) => ({
    ...policy,
    identities: policy.identities.map((identity) => ({ ...identity, stepsUp: false })),
  })),
  inIr('signing in never helps', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({ ...route, anonymous: { ...route.anonymous, signIn: false } })),
  })),
  inIr('a list that a query lacks is absent', (policy) => ({
    ...policy,
    routes: policy.routes.map(({ query, ...route }) => ({
      ...route,
      query: query && new Map([...query].map(([name, shape]) => [name, isMany(shape) ? { ...shape, optional: false } : shape])),
    })),
  })),
  inSteps('what a permit requires is met', (step) => (step.effect === 'permit' ? { ...step, requires: [] } : step)),
  inSteps('`unless REQ` lifts nothing', (step) => (step.effect === 'forbid' ? { ...step, requires: [] } : step)),
  inSteps('`within` of a requirement is forgotten', (step) => ({
    ...step,
    requires: step.requires.map((requirement) => ({ ...requirement, within: null })),
  })),
  inSteps('one of the levels of an `acr` is enough, and it is the first', (step) => ({
    ...step,
    requires: step.requires.map(({ values, ...requirement }) => ({ ...requirement, values: values.slice(0, 1) })),
  })),
  inSteps('a limit without its key', (step) => ({ ...step, limit: step.limit && { ...step.limit, by: null } })),
  inSteps('a limit in seconds', (step) => ({ ...step, limit: step.limit && { ...step.limit, per: step.limit.per / 1000 } })),
  inSteps('only the first header is sent', (step) => ({ ...step, headers: step.headers.slice(0, 1) })),
  inSteps('headers change their values', ({ headers, ...step }) => ({
    ...step,
    headers: headers.map(({ name }, at) => ({
      name,
      value: headers.at(-1 - at)?.value ?? (headers[at] as (typeof headers)[0]).value,
    })),
  })),
  inSteps('no shadow rule is judged', (step) => (step.shadow ? null : step)),
  inSteps('shadow rules are judged where what they read is not there', (step) => ({
    ...step,
    unsure: { headers: [], data: [] },
  })),
  inSteps('a rule that may wait for the body does not', (step) => ({ ...step, open: null })),
  inSteps('no clause of a rule that waits for the body settles it', (step) => ({
    ...step,
    open: step.open && TRUE,
  })),
  inSteps('a deny has no reason', (step) => ({ ...step, because: null })),
  inRules('`unless` means `when`', (rule) => ({
    ...rule,
    conditions: rule.conditions.map((condition) => ({ ...condition, unless: condition.expression.kind === 'Requirement' })),
  })),
  inRules('no forbid is personal', (rule) => ({ ...rule, personal: false })),
  inRules('anonymous is authenticated', (rule) => ({
    ...rule,
    to: rule.to.map((principal) => (principal.kind === 'authenticated' ? { kind: 'anyone' as const } : principal)),
  })),
  {
    name: 'the router ignores a trailing slash',
    compile(model) {
      const policy = compiledPolicy(model, { validators: 'needed' })
      return {
        ...policy,
        route: (request) => {
          const { segments } = request
          const slash = segments.length > 1 && segments.at(-1) === ''
          return policy.route(slash ? { ...request, segments: segments.slice(0, -1) } : request)
        },
      }
    },
  },
]

function isMany({ type }: { readonly type: { readonly kind: string } }): boolean {
  return type.kind === 'list' || type.kind === 'set'
}
