/** The lines of the table for what is not an expression: routes, rules, callers. */
import type { Expression, Identity, Model, Route, Rule } from '../../../language/index.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'

const TARGETS = { AllTarget: '*', LabelTarget: 'label', ServiceTarget: 'service', RouteTarget: 'route' } as const

export function constructsOfRoute(
  model: Model,
  { segments, methods, service, params, rpc, query, body }: Route,
): readonly string[] {
  const last = segments.at(-1)
  return [
    ...segments.flatMap((segment) => {
      if (segment.kind === 'rest') return ['route with rest parameter']
      if (segment.kind !== 'param') return []
      const affixed = segment.prefix + segment.suffix === '' ? [] : ['route with affixed parameter']
      return [`route with ${segment.type} parameter`, ...affixed]
    }),
    ...(segments.length > 1 && last?.kind === 'literal' && last.text === '' ? ['route with trailing slash'] : []),
    ...(methods === null ? ['route for ANY'] : []),
    ...(service.hosts.some(({ param }) => param !== null) && params.length > 0 ? ['route with host parameter'] : []),
    ...(service.hosts.some(({ wildcard }) => wildcard) ? ['route at a wildcard'] : []),
    ...(rpc ? ['rpc'] : []),
    ...(isImported(model, service.name) ? ['route of OpenAPI'] : []),
    ...(query === null ? [] : ['route with a query', ...[...query.values()].map(({ type }) => `query of ${type.kind}`)]),
    ...(body === null ? [] : ['route with a body', `body of ${body.type.kind}`]),
    ...(body !== null && body.type.kind !== 'record' ? ['body that is no record'] : []),
    ...(body !== null && body.schema !== null ? ['body by schema'] : []),
  ]
}

/** The model does not say where a route was written. */
function isImported({ sources }: Model, service: string): boolean {
  return sources.some(({ text }) => new RegExp(`\\bservice ${service} at [^{]* from openapi `).test(text))
}

export function constructsOfRule({
  effect,
  shadow,
  to,
  declaration,
  conditions,
  personal,
  requires,
  limit,
  headers,
}: Rule): readonly string[] {
  if (shadow) return [`shadow ${effect}`]
  return [
    ...new Set(to.map(({ kind }) => `${effect} to ${kind}`)),
    ...new Set(declaration.on.map(({ kind }) => `on ${TARGETS[kind]}`)),
    ...(declaration.except.length > 0 ? ['on except'] : []),
    ...conditions.map(({ unless, expression }) =>
      expression.kind === 'Requirement' ? 'unless REQ' : unless ? 'unless' : 'when',
    ),
    ...(conditions.length > 1 ? ['several clauses'] : []),
    ...(effect === 'forbid' ? [personal ? 'personal forbid' : 'impersonal forbid'] : []),
    ...(requires.length > 0 ? ['require'] : []),
    ...(limit === null ? [] : [limit.by === null ? 'limit' : 'limit by']),
    ...(headers.length > 0 ? ['header'] : []),
  ]
}

export function constructsOfCaller(model: Model, identity: Identity): readonly string[] {
  const claims = [...identity.claims].flatMap(([name, { type, optional, path }]) => [
    `claim of ${type.kind}`,
    ...(optional ? ['optional claim'] : []),
    ...(path.length === 1 && path[0] !== name ? ['foreign name'] : []),
    ...(path.length > 1 ? ['foreign path'] : []),
    ...(['scope', 'scp'].includes(path.at(-1) ?? '') ? ['scope'] : []),
  ])
  const roles = model.roles
    .filter(({ identities }) => identities.includes(identity))
    .flatMap(({ identities, condition, data }) => [
      ...(identities.length > 1 ? ['role of several identities'] : []),
      ...(data.length > 0 ? ['role by data'] : []),
      ...(condition === null ? [] : asked(model, condition)),
    ])
  return [...claims, ...roles]
}

function asked(model: Model, condition: Expression): readonly string[] {
  const found = new Set<string>()
  walkExpressions(condition, (part) => {
    if (part.kind === 'Is' && model.referenceOf(part).kind === 'role') found.add('role of a role')
    if (part.kind === 'Call' && model.referenceOf(part).kind === 'def') found.add('role by a def')
  })
  return [...found]
}
