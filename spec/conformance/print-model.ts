import {
  type Expression,
  type FieldShape,
  type Model,
  type Principal,
  type Reads,
  type Route,
  type Rule,
  showType,
} from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'

/** What the checker made of a policy, as text: what each declaration came to, the type of each condition, and who guards whom. */
export function printModel(model: Model): string {
  const { identities, roles, labels, data, defs, services, routes, rules } = model
  const lines = [
    ...identities.map(({ name, methods, fields }) => `identity ${name} via ${methods.join(', ')} ${showFields(fields)}`),
    ...roles.map((role) => {
      const of = `role ${role.name} of ${namesOf(role.identities)}${reading({ data: role.data })}`
      return [of, ...(role.condition === null ? [] : printCondition('when', role.condition, model))].join('\n')
    }),
    ...labels.map(({ name }) => `label ${name}`),
    ...data.map(({ name, type }) => `data ${name}: ${showType(type)}`),
    ...defs.map(({ name, params, result, body }) => {
      const signature = params.map((param) => `${param.name}: ${showType(param.type)}`).join(', ')
      return [`def ${name}(${signature}): ${showType(result)}`, ...printCondition('=', body, model)].join('\n')
    }),
    ...services.map(({ name, hosts }) => `service ${name} at ${hosts.map(({ text }) => text).join(', ')}`),
    ...routes.map(printRoute),
    ...rules.map((rule) => printRule(rule, model)),
  ]
  return `${lines.join('\n')}\n`
}

function printRoute({ name, methods, template, params, labels, query, body }: Route): string {
  const parts = [`route ${name} ${methods?.join(', ') ?? 'ANY'} ${JSON.stringify(template)}`]
  if (params.length > 0) parts.push(`params { ${params.map((param) => `${param.name}: ${param.type}`).join(', ')} }`)
  if (query !== null) parts.push(`query ${showFields(query)}`)
  if (body !== null) parts.push(`body ${showType(body.type)}`)
  if (labels.length > 0) parts.push(`is ${namesOf(labels)}`)
  return parts.join(' ')
}

function printRule(rule: Rule, model: Model): string {
  const { name, shadow, effect, personal, routes, to, conditions, requires, limit, headers, because, reads } = rule
  const head = `${shadow ? 'shadow ' : ''}${effect} ${name}${personal ? ' (personal)' : ''} on ${namesOf(routes)}`
  const lines = [`${head} to ${to.map(showPrincipal).join(', ')}${reading(reads)}`]
  for (const { unless, expression } of conditions) lines.push(...printCondition(unless ? 'unless' : 'when', expression, model))
  for (const one of requires) lines.push(`  require ${textOf(one)}`)
  if (limit !== null)
    lines.push(`  limit ${limit.count} per ${limit.per} ms${limit.by === null ? '' : ` by ${textOf(limit.by)}`}`)
  for (const header of headers) lines.push(`  header ${header.name} = ${textOf(header.value)}`)
  if (because !== null) lines.push(`  because ${JSON.stringify(because)}`)
  return lines.join('\n')
}

function printCondition(word: string, expression: Expression, model: Model): readonly string[] {
  const lines = [`  ${word} ${textOf(expression)}: ${showType(model.typeOf(expression))}`]
  walkExpressions(expression, (part) => {
    const guards = model.guardsOf(part)
    if (guards.length > 0) lines.push(`    ${textOf(part)}  <-  ${guards.map(textOf).join(', ')}`)
    return true
  })
  return lines
}

function showFields(fields: ReadonlyMap<string, FieldShape>): string {
  const written = [...fields].map(([name, { type, optional, path }]) => {
    const from = path.length === 1 && path[0] === name ? '' : ` from ${path.map((key) => JSON.stringify(key)).join(' ')}`
    return `${name}${optional ? '?' : ''}${from}: ${showType(type)}`
  })
  return `{ ${written.join(', ')} }`
}

function showPrincipal(principal: Principal): string {
  if (principal.kind === 'role') return principal.role.name
  return principal.kind === 'identity' ? principal.identity.name : principal.kind
}

function reading({ headers = [], data = [], body = false, query = false, mtls = false }: Partial<Reads>): string {
  const read = [...headers.map((name) => `header ${name}`), ...data.map(({ name }) => `data ${name}`)]
  const whole = Object.entries({ body, query, mtls }).flatMap(([name, isRead]) => (isRead ? [name] : []))
  return read.length + whole.length === 0 ? '' : ` reads ${[...read, ...whole].join(', ')}`
}

function namesOf(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => name).join(', ')
}

function textOf({ span: { source, start, end } }: Expression): string {
  return source.text.slice(start, end)
}
