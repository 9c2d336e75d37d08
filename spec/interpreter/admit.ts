import { type Body, boundedType, type FieldShape, type Model, type Type } from '../../language/index.ts'
import { type CanonicalRequest, parseStrictJson, readQuery } from '../../request/index.ts'
import type { Caller } from './caller.ts'
import { array, fieldsOf, memberOf, misfit, text, typed } from './door.ts'
import { parseTimestamp } from './times.ts'
import type { Fields, Value } from './value.ts'

/** What `iap eval` takes: `spec/language/cli-json.md`. */
export interface InterpretRequest {
  readonly id?: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly rawBody?: string
  readonly mtls?: unknown
  readonly caller?: Credential | null
  readonly time?: string
  readonly source?: { readonly ip: string }
  readonly data?: Readonly<Record<string, unknown>>
}
interface Credential {
  readonly identity: string
  readonly claims: unknown
  readonly auth?: { readonly time?: string; readonly acr?: string; readonly amr?: readonly string[] }
}

/** Data that arrived, and the connection: what conditions read beside the request and its caller. */
export function circumstancesOf(
  model: Model,
  { data = {}, mtls }: InterpretRequest,
): readonly (readonly [name: string, value: Value])[] {
  const arrived = Object.entries(data).map(([name, json]) => {
    const datum = model.data.find((one) => one.name === name) ?? misfit()
    return [name, typed(json, datum.type)] as const
  })
  return [...arrived, ['connection', new Map(mtls ? [['mtls', certificateOf(mtls)]] : [])]]
}

export function callerOf(model: Model, { identity: name, claims, auth = {} }: Credential): Caller {
  const identity = model.identities.find((one) => one.name === name) ?? misfit()
  const declared = fieldsOf(identity.claims, claims, (found, shape) =>
    typed(split(found, shape), boundedType(shape.type, model), true),
  )
  const isByCertificate = identity.methods.length === 1 && identity.methods[0] === 'mtls'
  const fields = isByCertificate ? new Map([...declared, ...certificateOf(claims)]) : declared
  return {
    identity,
    fields,
    authenticated: auth.time === undefined ? null : parseTimestamp(auth.time),
    acr: auth.acr ?? null,
    amr: auth.amr ?? [],
  }
}

/** RFC 8693, 4.2: a scope may be one text. */
function split(json: unknown, { type, path }: FieldShape): unknown {
  const holdsTexts = 'element' in type && ['string', 'literals'].includes(type.element.kind)
  const isScope = ['scope', 'scp'].includes(path.at(-1) as string) && holdsTexts
  return isScope && typeof json === 'string' ? json.split(' ').filter((word) => word !== '') : json
}

/** What a verified certificate says (SPIFFE-ID, section 2). */
function certificateOf(json: unknown): Fields {
  const id = text(memberOf(json, 'spiffe_id'))
  const [, domain, path] = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/.exec(id) ?? []
  if (domain === undefined || path === undefined || id.length > 2048 || /\/\.\.?(\/|$)/.test(path)) misfit()
  const names = array(memberOf(json, 'dns_names') ?? []).map(text)
  return new Map<string, Value>(Object.entries({ spiffe_id: id, trust_domain: domain, path, dns_names: names }))
}

export type Shapes = ReadonlyMap<string, FieldShape>

/** The declared keys of a query. */
export function queryOf(model: Model, shapes: Shapes, rawQuery: string): Fields {
  const keys = [...shapes.values()].map(({ path: [key = ''], type }) => ({
    name: key,
    many: type.kind === 'list' || type.kind === 'set',
  }))
  const read = readQuery(rawQuery, keys)
  const values = read.ok ? read.values : misfit()
  const json = [...shapes.values()].map(({ path: [key = ''], type, optional }) => {
    const written = values[key] as readonly string[]
    if (type.kind !== 'list' && type.kind !== 'set') return [key, written.map((one) => jsonOf(one, type))[0]]
    return [key, optional && written.length === 0 ? null : written.map((one) => jsonOf(one, type.element))]
  })
  return fieldsOf(shapes, Object.fromEntries(json), (found, { type }) => typed(found, boundedType(type, model)))
}

/** The JSON that a text stands for, where a scalar is wanted. */
function jsonOf(text: string, { kind }: Type): unknown {
  if (kind === 'bool' && (text === 'true' || text === 'false')) return text === 'true'
  if (kind === 'int') return integerOf(text) ?? misfit()
  return kind === 'double' && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

/** An `int` in a query or a path; null for what is none. */
export function integerOf(text: string): number | null {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null
}

/** A JSON value is taken for the text that it is written as. */
export function bodyOf(
  model: Model,
  { type }: Body,
  { body, rawBody }: InterpretRequest,
  fitsSchema: (json: unknown) => boolean,
): Value {
  const parsed = parseStrictJson(rawBody ?? JSON.stringify(body) ?? '')
  return parsed.ok && fitsSchema(parsed.value) ? typed(parsed.value, boundedType(type, model)) : misfit()
}

/** A JSON value comes with a header that says so, where the request does not say something else. */
export function headersOf({ headers = {}, body }: InterpretRequest): NonNullable<InterpretRequest['headers']> {
  const isSilent = body !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  return isSilent ? { ...headers, 'content-type': 'application/json' } : headers
}

export function requestOf({ method, host, path, headers }: CanonicalRequest, time: bigint): Fields {
  const single = [...headers.entries()].filter(([name]) => headers.count(name) === 1)
  return new Map<string, Value>(Object.entries({ method, host, path, time, headers: new Map(single) }))
}
