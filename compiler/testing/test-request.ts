import type { Model, Test } from '../../language/checker/model.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { EvalCaller, EvalRequest } from '../../runtime/abi/index.ts'

/** A test's defaults. */
export const TEST_TIME = '2026-01-01T12:00:00Z'
export const TEST_SOURCE = '192.0.2.1'

/** Returns the request that a test describes. */
export function testRequest(model: Model, test: Test): EvalRequest {
  const { method, url, at, from, body, mtls } = test
  const time = at ?? TEST_TIME
  return {
    method,
    url,
    headers: headersOf(test),
    ...(body !== null && ('raw' in body ? { rawBody: body.raw } : { body: body.json })),
    ...(mtls !== null && { mtls: mtls as NonNullable<EvalRequest['mtls']> }),
    caller: callerOf(test, time),
    time,
    source: { ip: from ?? TEST_SOURCE },
    data: dataOf(model, test),
  }
}

/** A repeated header becomes several lines. */
function headersOf({ headers }: Test): Readonly<Record<string, readonly string[]>> {
  const lines = new Map<string, string[]>()
  for (const { name, value } of headers) lines.set(name, [...(lines.get(name) ?? []), value])
  return Object.fromEntries(lines)
}

function callerOf({ caller, authenticated }: Test, time: string): EvalCaller | null {
  if (caller === null) return null
  const { claims } = caller
  if (authenticated === null) return { identity: caller.identity.name, claims }
  const { by, millisecondsAgo } = authenticated
  const how = by === null ? {} : by === 'mfa' ? { amr: ['mfa'] } : { acr: by.acr }
  return { identity: caller.identity.name, claims, auth: { time: earlier(time, millisecondsAgo), ...how } }
}

/** Moves an RFC 3339 time back by milliseconds, keeping finer digits. Returns an invalid time unchanged. */
export function earlier(time: string, milliseconds: number): string {
  const at = Date.parse(time) - milliseconds
  if (Number.isNaN(new Date(at).getTime())) return time
  const finer = /\.\d{3}(\d+)/.exec(time)?.[1] ?? ''
  return new Date(at).toISOString().replace('Z', `${finer}Z`)
}

function dataOf(model: Model, { data, missing }: Test): Readonly<Record<string, unknown>> {
  const all = { ...emptyCollections(model), ...data }
  return missing.length === 0 ? all : Object.fromEntries(Object.entries(all).filter(([name]) => !missing.includes(name)))
}

/** Shared by all tests of a policy. */
const empty = new WeakMap<Model['data'], Readonly<Record<string, unknown>>>()

/** Returns empty collections for data that a test lacks. Records and scalars have no empty value, so they never arrived. */
export function emptyCollections({ data }: Model): Readonly<Record<string, unknown>> {
  const known = empty.get(data)
  if (known !== undefined) return known
  const made = Object.fromEntries(
    data.flatMap(({ name, type }) => {
      const value = emptyOf(type)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  empty.set(data, made)
  return made
}

function emptyOf(type: Type): unknown {
  switch (type.kind) {
    case 'list':
    case 'set':
      return []
    case 'map':
    case 'hierarchy':
      return {}
    default:
      return undefined
  }
}
