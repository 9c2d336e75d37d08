import { type KnownRequest, type Plan, plan } from '../../../analysis/plan/index.ts'
import { type Model, nearest, type Route } from '../../../language/index.ts'
import { parseAddress } from '../../../request/index.ts'
import type { EvalCaller } from '../../../runtime/abi/index.ts'
import { parseTimestamp } from '../../../runtime/abi/values/times/timestamp.ts'
import { authenticationOf, noData, type Policy, readRouteQuery } from '../../../runtime/policy/index.ts'
import type { PlanQuestion } from './plan-question.ts'
import { typedCaller, typedData, typedQuery } from './typed-values.ts'

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly message: string }

/** Computes a plan for a question whose parts are JSON values. Returns a message if a part is invalid. */
export function planPolicy(model: Model, policy: Policy, question: PlanQuestion): Planned {
  const route = model.routes.find(({ name }) => name === question.route)
  if (route === undefined) return wrong(`the policy has no route \`${question.route}\`${meant(question.route, model)}`)
  const time = parseTimestamp(question.time)
  if (time === undefined) return wrong(`\`${question.time}\` is no time like \`2026-03-02T09:00:00Z\``)
  const params = readParams(route, question.params ?? {})
  if (typeof params === 'string') return wrong(params)
  const query = readQuery(model, policy, route, question.query)
  if (typeof query === 'string') return wrong(query)
  const data = policy.prepare(question.data ?? {}, noData)
  if (!data.ok) return wrong(data.message)
  const typed = typedData(model, question.data ?? {})
  const caller = readCaller(model, policy, question.caller, data.data, typed)
  if (typeof caller === 'string') return wrong(caller)
  const { method, host, headers } = question
  const sourceIp = question.sourceIp === undefined ? undefined : parseAddress(question.sourceIp)
  if (sourceIp === null) return wrong(`\`${question.sourceIp}\` is no address`)
  const known: KnownRequest = {
    caller,
    time,
    params,
    data: typed,
    names: namesOf(model, question.data ?? {}),
    ...(method !== undefined && { method }),
    ...(host !== undefined && { host: host.toLowerCase() }),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(query !== null && { query }),
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    }),
  }
  const planned = plan(model, route.name, known)
  if (planned === null) throw new Error(`the route \`${route.name}\` was not lowered`)
  return { ok: true, plan: planned }
}

/** Returns the names in hierarchies, which are decoded maps from names to parents. */
function namesOf({ data }: Model, values: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly string[]>> {
  const found = data.filter(({ name, type }) => type.kind === 'hierarchy' && Object.hasOwn(values, name))
  return Object.fromEntries(
    found.map(({ name }) => {
      const parents = Object.entries(values[name] as Readonly<Record<string, readonly string[]>>)
      return [name, [...new Set(parents.flatMap(([below, above]) => [below, ...above]))]]
    }),
  )
}

function wrong(message: string): Planned {
  return { ok: false, message }
}

function meant(name: string, { routes }: Model): string {
  const near = nearest(
    name,
    routes.map((route) => route.name),
  )
  return near === null ? '' : `: \`${near}\` is meant, perhaps`
}

function readCaller(
  model: Model,
  policy: Policy,
  caller: EvalCaller | null,
  data: Parameters<Policy['facts']>[3],
  typed: Readonly<Record<string, unknown>>,
): KnownRequest['caller'] | string {
  if (caller === null) return null
  const auth = authenticationOf(caller.auth)
  const known = policy.facts(caller.identity, caller.claims, auth, data)
  if (!known.ok) return known.message
  return { identity: caller.identity, fields: typedCaller(model, caller.identity, caller.claims, typed, auth), auth }
}

/** Decodes a query as the route does; null if it is unknown. */
function readQuery(model: Model, policy: Policy, { name }: Route, text: string | undefined): object | string | null {
  if (text === undefined) return null
  const program = policy.module.routes.find((one) => one.name === name)
  if (program === undefined) throw new Error(`the route \`${name}\` was not compiled`)
  if (program.query === null) return `the route \`${name}\` declares no query`
  const raw = text.startsWith('?') ? text : `?${text}`
  const read = readRouteQuery(policy, program, raw)
  return read.ok ? typedQuery(model, name, raw) : read.message
}

const INT = /^-?(?:0|[1-9]\d*)$/

/** Decodes parameters as the router does. */
function readParams(route: Route, texts: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> | string {
  const known: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(texts)) {
    const param = route.params.find((one) => one.name === name)
    if (param === undefined) return `the route \`${route.name}\` has no parameter \`${name}\``
    const isInt = param.type === 'int'
    if (isInt && !(INT.test(text) && text !== '-0' && Number.isSafeInteger(Number(text))))
      return `\`${text}\` is no whole number, as the parameter \`${name}\` is`
    known[name] = isInt ? Number(text) : text
  }
  return known
}
