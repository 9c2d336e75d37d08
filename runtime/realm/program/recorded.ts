/** Replay: recorded callers and requests as conditions read them. Missing values throw `MissingValue` when read. */

import { propertyName } from '../../abi/allowlist/names.ts'
import type {
  AuthenticationFacts,
  Certificate,
  DataSnapshot,
  DecisionRequest,
  Facts,
  HeaderLookup,
  ReadType,
} from '../../abi/index.ts'
import { parseTimestamp } from '../../abi/values/times/timestamp.ts'
import { defineMember, lackingMember, MissingValue } from './missing-value.ts'
import { typedValue } from './typed-value.ts'

/** Path and type of a value that an audit record may hold. */
export interface RecordedPart {
  readonly at: readonly string[]
  readonly path: string
  readonly type: ReadType
  readonly optional: boolean
}

/** Value in an audit record: a list with its JSON value, or an empty list if it was not recorded. */
export type RecordedJson = readonly unknown[]

export interface RecordedValue {
  readonly part: RecordedPart
  readonly json: RecordedJson
}

export interface RecordedCaller {
  /**
   * Claims that were not recorded completely, with the recorded part. `fields` holds the names of the caller's properties whose
   * value comes from the claim.
   */
  readonly unknown: readonly (RecordedValue & { readonly fields: readonly string[] })[]
  /** Path of a value that the caller's roles depend on and that was not recorded, or `null` if all were recorded. */
  readonly roleLack: string | null
  readonly auth: readonly { readonly name: keyof AuthenticationFacts; readonly path: string; readonly json: RecordedJson }[]
}

export interface RecordedRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly source: string | null
  readonly time: string | null
  readonly headers: readonly (RecordedValue & { readonly name: string })[]
  readonly query: readonly RecordedValue[]
  /** Values of the body that were recorded or are missing; `null` if the body was not read. */
  readonly body: readonly RecordedValue[] | null
  readonly mtls: RecordedValue | null
}

export function recordedCaller(facts: Facts, { unknown, roleLack, auth }: RecordedCaller): Facts {
  const authentication = authenticationOf(auth)
  if (unknown.length === 0 && roleLack === null) return { ...facts, auth: authentication }
  const { identity, linked } = facts
  return {
    identity,
    roles: roleLack === null ? facts.roles : lackingRoles(facts.roles.length, roleLack),
    caller: lackingCaller(facts.caller as object, unknown),
    auth: authentication,
    // Links are looked up again by readers; a made-up value has none.
    linked: linked && { link: linked.link, data: NO_DATA, fields: NO_DATA },
  }
}

const NO_DATA: DataSnapshot = Object.freeze(Object.create(null))

function lackingRoles(words: number, needs: string): readonly number[] {
  const roles: number[] = []
  for (let word = 0; word < words; word++) lackingMember(roles, String(word), needs)
  return roles
}

function lackingCaller(caller: object, unknown: RecordedCaller['unknown']): object {
  const copy = { ...caller }
  for (const { fields, part, json } of unknown) {
    for (const name of fields) {
      if (json.length === 0) lackingMember(copy, name, part.path)
      else defineMember(copy, name, typedValue(json[0], part.type, part.optional, part.path))
    }
  }
  return copy
}

function authenticationOf(auth: RecordedCaller['auth']): AuthenticationFacts {
  const found: { -readonly [Key in keyof AuthenticationFacts]: AuthenticationFacts[Key] } = { time: null, acr: null, mfa: false }
  for (const { name, path, json } of auth) {
    const [value] = json
    if (json.length === 0) lackingMember(found, name, path)
    else if (name === 'mfa') found.mfa = value === true
    else if (name === 'acr') found.acr = typeof value === 'string' ? value : null
    else found.time = typeof value === 'string' ? (parseTimestamp(value) ?? null) : null
  }
  return found
}

/** A decision request rebuilt from an audit record, to replay its decision. Each value is decoded when a condition reads it. */
export class RecordedQuestion implements DecisionRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  readonly query: object | null
  readonly body: unknown
  readonly data: DataSnapshot
  readonly #recorded: RecordedRequest

  constructor(recorded: RecordedRequest, data: DataSnapshot) {
    const { method, host, path, segments, headers, query, body } = recorded
    this.method = method
    this.host = host
    this.path = path
    this.segments = segments
    this.headers = new RecordedHeaders(headers)
    this.query = query.length === 0 ? null : objectOf(query)
    this.body = body === null ? undefined : bodyOf(body)
    this.data = data
    this.#recorded = recorded
  }

  get time(): bigint {
    const { time } = this.#recorded
    const milliseconds = time === null ? Number.NaN : Date.parse(time)
    if (Number.isNaN(milliseconds)) throw new MissingValue('time')
    return BigInt(milliseconds) * 1_000_000n
  }

  get sourceIp(): string {
    const { source } = this.#recorded
    if (source === null) throw new MissingValue('source')
    return source
  }

  get mtls(): Certificate | null {
    const { mtls } = this.#recorded
    return mtls === null ? null : ((typed(mtls) ?? null) as Certificate | null)
  }
}

class RecordedHeaders implements HeaderLookup {
  readonly #values: RecordedRequest['headers']

  constructor(values: RecordedRequest['headers']) {
    this.#values = values
  }

  get(name: string): string | undefined {
    const value = this.#values.find((one) => one.name === name)
    if (value === undefined)
      throw new Error(`the policy reads the header \`${name}\`, which its manifest does not declare: rebuild the bundle`)
    return typed(value) as string | undefined
  }

  count(name: string): number {
    return this.get(name) === undefined ? 0 : 1
  }
}

function bodyOf(values: readonly RecordedValue[]): unknown {
  const [first] = values
  return first?.part.at.length === 1 ? typed(first) : objectOf(values)
}

function typed({ part: { path, type, optional }, json }: RecordedValue): unknown {
  if (json.length === 0) throw new MissingValue(path)
  return typedValue(json[0], type, optional, path)
}

/** Builds nested records from the paths of values. */
function objectOf(values: readonly RecordedValue[]): object {
  const object: Record<string, unknown> = {}
  for (const { part, json } of values) {
    const { at, path, type, optional } = part
    let here = object
    for (let i = 1; i < at.length - 1; i++) here = objectIn(here, propertyName(at[i] as string))
    const name = propertyName(at[at.length - 1] as string)
    if (json.length === 0) lackingMember(here, name, path)
    else defineMember(here, name, typedValue(json[0], type, optional, path))
  }
  return object
}

function objectIn(object: Record<string, unknown>, name: string): Record<string, unknown> {
  if (!Object.hasOwn(object, name)) defineMember(object, name, {})
  return object[name] as Record<string, unknown>
}
