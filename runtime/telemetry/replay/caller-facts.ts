import { type AuthenticationFacts, type ClaimShape, type IdentityReads, propertyName } from '../../abi/index.ts'
import { type CallerFacts, type DataSnapshot, type Policy, unknownAuthentication } from '../../policy/index.ts'
import { asking } from '../../realm/index.ts'
import { defineMember } from '../../realm/program/missing-value.ts'
import type { RecordedCaller } from '../../realm/program/recorded.ts'
import { lacking, missingValue } from './missing-value.ts'
import { jsonIn, partOf, type Recorded } from './recorded.ts'
import type { Planned, ReplayPlan } from './replay-plan.ts'
import { filled, isComplete } from './typed-value.ts'

/** Recorded claims and authentication of a caller as JSON, by path. The value of a path that was not recorded is `undefined`. */
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

export function callerKey({ claims, auth }: ReplayPlan, recorded: Recorded, data: string): string {
  let key = data
  for (const { path } of claims) key += recorded.keyOf(path)
  for (const { path } of auth) key += recorded.keyOf(path)
  return `${key}${recorded.subjectKey}`
}

/** Returns the facts of a recorded caller. Values that the record lacks throw `MissingValueError` when they are read. */
export function callerFacts(
  policy: Policy,
  plan: ReplayPlan,
  values: CallerValues,
  data: DataSnapshot,
  lackingData: ReadonlySet<string>,
): CallerFacts {
  const identity = plan.identity as IdentityReads
  const isKnown = ({ path, type }: Planned) => {
    const json = values.get(path)
    return json !== undefined && isComplete(json, type)
  }
  const made = policy.facts(identity.name, claimsFrom(identity, values), unknownAuthentication, data)
  // Types may have changed; a made-up value may be the cause.
  if (!made.ok) throw missingValue('caller')
  const { facts } = made
  const unknown = plan.claims.filter((value) => !isKnown(value))
  const roleLacks = plan.roles.flatMap(({ values: read, data: names }) => [
    ...read.filter((value) => !isKnown(value)).map(({ path }) => path),
    ...names.filter((name) => lackingData.has(name)).map((name) => `data ${name}`),
  ])
  const [roleLack = null] = roleLacks
  const recorded: RecordedCaller = {
    unknown: unknown.map((value) => ({
      fields: fieldsOf(value.at[1] as string),
      part: partOf(value),
      json: jsonIn(values.get(value.path)),
    })),
    roleLack,
    auth: plan.auth.map(({ at, path }) => ({ name: at[1] as keyof AuthenticationFacts, path, json: jsonIn(values.get(path)) })),
  }
  const { recordedCaller } = policy.program
  const { identity: index, auth, program, handle } = facts
  const known = lacking(() => asking(() => recordedCaller(handle, JSON.stringify(recorded))))
  return { identity: index, auth, program, handle: known }
}

/** Rebuilds the claims of a recorded caller. Claims that no condition reads have made-up values of the right type. */
export function claimsFrom({ claims, spiffe }: IdentityReads, values: CallerValues): object {
  const json: Record<string, unknown> = {}
  // Outer objects first.
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
    defineMember(here, key, object)
    here = object
  }
  defineMember(here, path.at(-1) as string, value)
}

function fieldsOf(claim: string): readonly string[] {
  return claim === 'spiffe_id' ? ['spiffe_id', 'trust_domain', 'path'] : [propertyName(claim)]
}
