/** Converts a record to a request of `iap eval`. Values that nobody read are invented, with the right type. */
import type { FieldShape, Model, Route, Type } from '../../language/index.ts'
import type { EvalCaller, EvalRequest } from '../../runtime/abi/index.ts'
import { type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import type { RecordedValues } from '../../runtime/telemetry/replay/index.ts'

export function requestOfRecord(
  record: LogRecord,
  known: RecordedValues,
  model: Model,
  data: Readonly<Record<string, unknown>>,
): EvalRequest {
  const route = model.routes.find(({ name }) => name === record.route)
  const source = textAt(record, 'source')
  const shown = certificate(known.values.get('connection.mtls'))
  const { caller, mtls } = parties(callerOf(record, known), shown, known, model)
  return {
    method: textAt(record, 'method') ?? 'GET',
    url: `https://${hostOf(record, route)}${textAt(record, 'rawPath') ?? '/'}${route === undefined ? '' : queryOf(route, known)}`,
    headers: headersOf(known),
    ...(known.hasBody && route?.body && { body: written(bodyOf(known), route.body.type) }),
    ...(mtls && { mtls }),
    caller,
    time: textAt(record, 'time') ?? '',
    ...(source !== null && { source: { ip: source } }),
    data,
  }
}

/** Returns the recorded host, or the policy's if the deployment replaced it. */
function hostOf(record: LogRecord, route: Route | undefined): string {
  const host = textAt(record, 'host') ?? ''
  const patterns = route?.service.hosts.map(({ text }) => text.toLowerCase()) ?? []
  const [first] = patterns
  const rest = host.slice(host.indexOf('.'))
  if (first === undefined || patterns.includes(host) || patterns.some((text) => /^[*{]/.test(text) && text.endsWith(rest)))
    return host
  return first.replace(/^(?:\*|\{[^}]*\})/, host.slice(0, host.indexOf('.')))
}

function queryOf({ query }: Route, { values }: RecordedValues): string {
  const parts = [...(query ?? [])].flatMap(([name, { type, optional, path }]) => {
    const json = values.get(`query.${name}`)
    if (json === null || (json === undefined && optional)) return []
    const value = written(json, type)
    const texts = Array.isArray(value) ? value : [value]
    return texts.map((text) => `${encodeURIComponent(path[0] ?? name)}=${encodeURIComponent(String(text))}`)
  })
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

function headersOf({ values }: RecordedValues): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [path, value] of values) {
    const [, name] = /^request\.headers\["(.+)"\]$/.exec(path) ?? []
    if (name !== undefined && typeof value === 'string') headers[name] = value
  }
  return headers
}

/** By the names of fields, as far as recorded. */
function bodyOf({ values }: RecordedValues): unknown {
  if (values.has('body')) return values.get('body')
  const body: Record<string, unknown> = {}
  for (const [path, value] of values) {
    if (!path.startsWith('body.') || value === undefined) continue
    const names = path.split('.').slice(1)
    let here = body
    for (const name of names.slice(0, -1)) {
      here[name] ??= {}
      here = here[name] as Record<string, unknown>
    }
    here[names.at(-1) as string] = value
  }
  return body
}

function callerOf(record: LogRecord, { claims, values }: RecordedValues): EvalCaller | null {
  const identity = textAt(record, 'caller.identity')
  if (identity === null || claims === null) return null
  const [time, acr, mfa] = ['time', 'acr', 'mfa'].map((name) => values.get(`auth.${name}`))
  const auth = {
    ...(typeof time === 'string' && { time }),
    ...(typeof acr === 'string' && { acr }),
    ...(mfa === true && { amr: ['mfa'] }),
  }
  return { identity, claims, auth }
}

/** A caller by `mtls` has the certificate of the connection, of which claims and connection may each be recorded in part. */
function parties(
  caller: EvalCaller | null,
  mtls: NonNullable<EvalRequest['mtls']> | null,
  { values }: RecordedValues,
  { identities }: Model,
): { readonly caller: EvalCaller | null; readonly mtls: EvalRequest['mtls'] & (object | null) } {
  if (caller === null || !identities.some(({ name, byCertificate }) => byCertificate && name === caller.identity))
    return { caller, mtls }
  const isRecorded = values.get('caller.spiffe_id') !== undefined
  return {
    caller: isRecorded || mtls === null ? caller : { ...caller, claims: { ...Object(caller.claims), ...mtls } },
    mtls: null,
  }
}

/** Returns the recorded parts. */
function certificate(json: unknown): NonNullable<EvalRequest['mtls']> | null {
  if (typeof json !== 'object' || json === null) return null
  const { spiffe_id, trust_domain, path, dns_names } = json as Readonly<Record<string, unknown>>
  const id = typeof spiffe_id === 'string' ? spiffe_id : `spiffe://${trust_domain ?? 'unknown.invalid'}${path ?? '/unknown'}`
  return { spiffe_id: id, ...(Array.isArray(dns_names) && { dns_names }) }
}

/** Returns JSON of a type that contains the known values; undefined if there are none. */
function written(json: unknown, type: Type): unknown {
  switch (type.kind) {
    case 'record': {
      const object: Record<string, unknown> = {}
      for (const [name, shape] of type.fields) setField(object, shape, (json as Record<string, unknown> | undefined)?.[name])
      return object
    }
    case 'list':
    case 'set':
      return Array.isArray(json) ? json.map((element) => written(element, type.element)) : []
    case 'map':
      return json ?? {}
    case 'literals':
      return json ?? type.values[0]
    default:
      return json ?? MADE_UP[type.kind]
  }
}

const MADE_UP: Readonly<Record<string, unknown>> = {
  bool: false,
  int: 0,
  double: 0,
  string: '',
  timestamp: '1970-01-01T00:00:00Z',
  duration: '0s',
  ip: '192.0.2.1',
  cidr: '192.0.2.0/24',
}

function setField(object: Record<string, unknown>, { type, optional, path }: FieldShape, json: unknown): void {
  if (json === null || (json === undefined && optional)) return
  let here = object
  for (const key of path.slice(0, -1)) {
    here[key] ??= {}
    here = here[key] as Record<string, unknown>
  }
  here[path.at(-1) as string] = written(json, type)
}
