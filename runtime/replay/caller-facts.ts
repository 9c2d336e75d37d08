import {
  type Authentication,
  type ClaimShape,
  type DataSnapshot,
  type Facts,
  type IdentityReads,
  propertyName,
} from '../abi/index.ts'
import { parseTimestamp } from '../abi/values/timestamp.ts'
import type { Policy } from '../policy/index.ts'
import { lack, lackingMember } from './lack.ts'
import type { Recorded } from './recorded.ts'
import type { Planned, ReplayPlan } from './replay-plan.ts'
import { filled, isComplete, typedValue } from './typed-value.ts'

/** JSON of what is read of a caller, by path; undefined where it is lacking. */
export type CallerValues = ReadonlyMap<string, unknown>

export function callerValues({ claims, auth }: ReplayPlan, recorded: Recorded): CallerValues {
  const values = new Map<string, unknown>()
  for (const claim of claims) {
    const json = recorded.json(claim)
    values.set(claim.path, json === undefined && claim.isSubject ? recorded.subject(claim.type, claim.opaque) : json)
  }
  for (const value of auth) values.set(value.path, recorded.json(value))
  return values
}

/** All that facts are made of, as text. */
export function callerKey({ claims, auth }: ReplayPlan, recorded: Recorded, data: string): string {
  let key = data
  for (const { path } of claims) key += recorded.keyOf(path)
  for (const { path } of auth) key += recorded.keyOf(path)
  return `${key}${recorded.subjectKey}`
}

/** What is known of a caller by a record, as decisions ask for it. What is lacking throws when it is asked for. */
export function callerFacts(
  policy: Policy,
  plan: ReplayPlan,
  values: CallerValues,
  data: DataSnapshot,
  lackingData: ReadonlySet<string>,
): Facts {
  const identity = plan.identity as IdentityReads
  const isKnown = ({ path, type }: Planned) => {
    const json = values.get(path)
    return json !== undefined && isComplete(json, type)
  }
  const made = policy.facts(identity.name, claimsFrom(identity, values), PLACEHOLDER, data)
  // Its types may have become others; where some of it is made up, that may be why.
  if (!made.ok) throw lack('caller')
  const { facts } = made
  const unknown = plan.claims.filter((value) => !isKnown(value))
  const roleLacks = plan.roles.flatMap(({ values: read, data: names }) => [
    ...read.filter((value) => !isKnown(value)).map(({ path }) => path),
    ...names.filter((name) => lackingData.has(name)).map((name) => `data ${name}`),
  ])
  const auth = authentication(plan, values)
  const [roleLack] = roleLacks
  if (unknown.length === 0 && roleLack === undefined) return { ...facts, auth }
  const { identity: index, linked } = facts
  return {
    identity: index,
    roles: roleLack === undefined ? facts.roles : lackingRoles(facts.roles.length, roleLack),
    caller: lackingCaller(facts.caller as object, unknown, values),
    auth,
    // What its fields mean in data is found again, by who reads them: of what is made up it means nothing.
    linked: linked && { link: linked.link, data: NO_DATA, fields: NO_DATA },
  }
}

const NO_DATA: DataSnapshot = Object.freeze(Object.create(null))
const PLACEHOLDER: Authentication = { time: null, acr: null, mfa: false }

/** As its credential may have said them. What nobody reads is made up, of the type that it must have. */
export function claimsFrom({ claims, spiffe }: IdentityReads, values: CallerValues): object {
  const json: Record<string, unknown> = {}
  // What is within others comes after them.
  for (const shape of [...claims].sort((a, b) => a.from.length - b.from.length)) {
    const value = claimOf(shape, values)
    if (value !== undefined) put(json, shape.from, value)
  }
  if (!spiffe) return json
  return {
    ...json,
    spiffe_id: values.get('caller.spiffe_id') ?? 'spiffe://unknown.invalid/unknown',
    dns_names: values.get('caller.dns_names') ?? [],
  }
}

function claimOf({ name, type, optional }: ClaimShape, values: CallerValues): unknown {
  const json = values.get(`caller.${name}`)
  if (json === null || (json === undefined && optional)) return undefined
  return filled(json, type)
}

function put(json: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let here = json
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(here, key) ? here[key] : undefined
    const object: Record<string, unknown> =
      typeof next === 'object' && next !== null && !Array.isArray(next) ? (next as Record<string, unknown>) : {}
    define(here, key, object)
    here = object
  }
  define(here, path.at(-1) as string, value)
}

/** Also `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

function lackingRoles(words: number, needs: string): readonly number[] {
  const roles: number[] = []
  for (let word = 0; word < words; word++) lackingMember(roles, String(word), needs)
  return roles
}

function lackingCaller(caller: object, unknown: readonly Planned[], values: CallerValues): object {
  const copy = { ...caller }
  for (const { at, path, type, optional } of unknown) {
    const json = values.get(path)
    for (const name of fieldsOf(at[1] as string)) {
      if (json === undefined) lackingMember(copy, name, path)
      else define(copy, name, typedValue(json, type, optional, path))
    }
  }
  return copy
}

function fieldsOf(claim: string): readonly string[] {
  return claim === 'spiffe_id' ? ['spiffe_id', 'trust_domain', 'path'] : [propertyName(claim)]
}

function authentication({ auth }: ReplayPlan, values: CallerValues): Authentication {
  const found = { ...PLACEHOLDER } as { -readonly [Key in keyof Authentication]: Authentication[Key] }
  for (const { at, path } of auth) {
    const name = at[1] as keyof Authentication
    const json = values.get(path)
    if (json === undefined) lackingMember(found, name, path)
    else if (name === 'mfa') found.mfa = json === true
    else if (name === 'acr') found.acr = typeof json === 'string' ? json : null
    else found.time = typeof json === 'string' ? (parseTimestamp(json) ?? null) : null
  }
  return found
}
