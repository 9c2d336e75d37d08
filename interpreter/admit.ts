import { boundedType, type Model, type Route, type RouteBody, type Type } from '../language/index.ts'
import { type CanonicalRequest, parseStrictJson, readQuery, type WrittenRequest } from '../request/index.ts'
import type { Credential } from './caller.ts'
import { certificateOf, fieldsOf, reject, typed } from './decode.ts'
import { attempt, EvalFailure, equal, type Fields, type Value } from './value.ts'

/** The input of `iap eval` (`spec/language/cli-json.md`). */
export interface InterpretRequest extends Omit<WrittenRequest, 'json' | 'sourceIp'> {
  readonly body?: unknown
  readonly rawBody?: string
  readonly mtls?: unknown
  readonly caller?: Credential | null
  readonly time?: string
  readonly source?: { readonly ip: string }
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * Decodes the pushed data and the connection's client certificate, which conditions can read besides the request and its caller.
 * Returns the values by name.
 */
export function circumstancesOf(model: Model, request: InterpretRequest): Fields {
  const typeOf = (name: string) => (model.data.find((datum) => datum.name === name) ?? reject()).type
  const arrived = Object.entries(request.data ?? {}).map(([name, json]) => [name, typed(json, typeOf(name))] as const)
  const certificate = connectionOf(model, request)
  return new Map([...arrived, ['connection', new Map(certificate === null ? [] : [['mtls', certificate]])]])
}

/** A caller by `mtls` has the certificate of the connection: what is written of both must agree. */
function connectionOf({ identities }: Model, { mtls, caller }: InterpretRequest): Fields | null {
  const isOwn = caller && identities.some(({ name, byCertificate }) => byCertificate && name === caller.identity)
  const own = isOwn ? attempt(() => certificateOf(caller.claims)) : null
  // Claims that are no certificate's are refused as claims, with 401.
  if (own === null || own instanceof EvalFailure) return mtls ? certificateOf(mtls) : null
  const written = mtls ? certificateOf({ dns_names: own.get('dns_names'), ...(mtls as object) }) : own
  return equal(written, own) ? own : reject()
}

/** Decodes the query parameters that a route declares; empty if it declares none. */
export function queryOf(model: Model, { query }: Route, rawQuery: string): Fields {
  if (query === null) return new Map()
  const shapes = [...query.values()]
  const keys = shapes.map(({ path, type }) => ({ name: path[0] as string, many: 'element' in type }))
  const read = readQuery(rawQuery, keys)
  const written = read.ok ? read.values : reject()
  const json = shapes.map(({ path: [name = ''], type, optional }) => {
    const all = (written[name] ?? []).map((one) => jsonOf(one, 'element' in type ? type.element : type))
    return [name, 'element' in type && (all.length > 0 || !optional) ? all : all[0]]
  })
  return fieldsOf(query, Object.fromEntries(json), (found, { type }) => typed(found, boundedType(type, model)))
}

/** Returns the JSON value of a scalar's text. */
function jsonOf(text: string, { kind }: Type): unknown {
  if (kind === 'bool' && (text === 'true' || text === 'false')) return text === 'true'
  if (kind === 'int') return integerOf(text)
  return kind === 'double' && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

/** Parses an `int` of a query or a path. Rejects any text but a canonical decimal within ±(2⁵³−1). */
export const integerOf = (text: string) =>
  /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : reject()

/**
 * Decodes a request body by its declared type: the text `rawBody` or, without one, the JSON value `body`.
 *
 * @param fits returns whether a JSON value matches the JSON Schema that the route imports
 */
export function bodyOf(model: Model, { type }: RouteBody, { body, rawBody }: InterpretRequest, fits: (json: unknown) => boolean) {
  const parsed = parseStrictJson(rawBody ?? JSON.stringify(body) ?? '')
  return parsed.ok && fits(parsed.value) ? typed(parsed.value, boundedType(type, model)) : reject()
}

export function requestOf({ method, host, path, headers, sourceIp }: CanonicalRequest, time: bigint) {
  const single = [...headers.entries()].filter(([name]) => headers.count(name) === 1)
  const request = new Map<string, Value>(Object.entries({ method, host, path, time, headers: new Map(single) }))
  return { request, source: new Map([['ip', sourceIp]]) }
}
