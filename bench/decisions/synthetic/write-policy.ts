import type { Clause, Policy, Role, Route, Rule, Service } from './draw-policy.ts'

/** The policy as `.iap` texts by name: a file of identities and roles, and a file a service. */
export function writePolicy({ roles, services }: Policy): ReadonlyMap<string, string> {
  const names = ['staff', 'partner', ...roles.map(({ name }) => name)]
  return new Map([
    ['identity.iap', [IDENTITIES, ...roles.map(writeRole)].join('\n')],
    ...services.map((service) => {
      const used = new Set(service.routes.flatMap(({ rules }) => rules.flatMap(({ to }) => to)))
      const imported = names.filter((name) => used.has(name)).join(', ')
      return [`${service.name}.iap`, `import { ${imported} } from "./identity.iap"\n${writeService(service)}`] as const
    }),
  ])
}

const IDENTITIES = `identity staff via jwt {
  sub:        string
  level:      int
  department: string
  region:     string
  tenant:     string
  groups:     set<string>
}

identity partner via oauth2 {
  sub:    string
  tier:   "gold" | "silver" | "basic"
  region: string
  tenant: string
  scope:  set<string>
}
`

function writeRole({ name, of, when }: Role): string {
  return `role ${name} of ${of} when ${writeClause(when)}`
}

function writeService({ name, host, routes }: Service): string {
  const lines = routes.map(writeRoute)
  const rules = routes.flatMap((route) => route.rules.map((rule) => writeRule(rule, route)))
  return `service ${name} at "${host}" {\n${lines.join('\n')}\n}\n\n${rules.join('\n')}`
}

function writeRoute({ name, shape, resource }: Route): string {
  const [, short] = name.split('.')
  const rest = { read: '/{id}', list: '', change: '/{id}', page: '/{id}/pages/{page: int}' }[shape]
  return `  route ${short} ${shape === 'change' ? 'PUT' : 'GET'} "/v1/${resource}${rest}"`
}

function writeRule({ effect, name, to, when, because }: Rule, route: Route): string {
  return [
    `${effect} ${name}`,
    `  on ${route.name}`,
    ...(to.length > 0 ? [`  to ${to.join(', ')}`] : []),
    ...(when.length > 0 ? [`  when ${when.map(writeClause).join(' && ')}`] : []),
    ...(because === null ? [] : [`  because "${because}"`]),
    '',
  ].join('\n')
}

function writeClause(clause: Clause): string {
  switch (clause.kind) {
    case 'level':
      return `caller.level >= ${clause.least}`
    case 'department':
    case 'region':
    case 'tier':
      return among(`caller.${clause.kind}`, clause.among)
    case 'group':
      return `"${clause.name}" in caller.groups`
    case 'scope':
      return `"${clause.name}" in caller.scope`
    case 'own-id':
      return 'params.id == caller.sub'
    case 'id-prefix':
      return `params.id.startsWith("${clause.prefix}")`
    case 'page-at-most':
      return `params.page <= ${clause.most}`
    case 'header-among':
      return `"${clause.header}" in request.headers && ${among(`request.headers["${clause.header}"]`, clause.among)}`
    case 'own-tenant':
      return `"${clause.header}" in request.headers && request.headers["${clause.header}"] == caller.tenant`
  }
}

function among(value: string, values: readonly string[]): string {
  return values.length === 1 ? `${value} == "${values[0]}"` : `${value} in [${values.map((one) => `"${one}"`).join(', ')}]`
}
