/** What a policy's routes read, for the manifest: collected after lowering, before passes fold anything. */

import type { Type } from '../language/checker/types/type.ts'
import type { PolicyReads, ReadSet, ReadType, ReadValue, RoleReads } from '../runtime/abi/index.ts'
import { readPath } from '../runtime/abi/index.ts'
import { type IdentityIr, type PolicyIr, type Program, type ReadNode, Reads, type RoleIr, type RouteIr } from './ir/index.ts'

/** By program, as many routes share one. */
const found = new WeakMap<Program, Reads>()

export function readsOf({ identities, routes }: PolicyIr): PolicyReads {
  const names = roleNames(identities)
  const sets: ReadSet[] = []
  const places = new Map<string, number>()
  const placeOf = (route: RouteIr): number => {
    const set = setOf(route, names)
    const text = JSON.stringify(set)
    const place = places.get(text) ?? sets.push(set) - 1
    places.set(text, place)
    return place
  }
  return {
    identities: identities.map(identityReads).sort(byName),
    routes: Object.fromEntries(routes.map((route) => [route.name, placeOf(route)])),
    sets,
  }
}

function setOf({ anonymous, authenticated }: RouteIr, names: RoleNames): ReadSet {
  const both = [readsOfProgram(anonymous), readsOfProgram(authenticated)]
  const values = new Map<string, ReadValue>()
  for (const reads of both) for (const value of valuesOf(reads)) add(values, value)
  const roles = new Set(both.flatMap((reads) => reads.roles.flatMap((test) => names(test))))
  return { values: sorted(values), roles: [...roles].sort() }
}

function readsOfProgram(program: Program): Reads {
  const known = found.get(program)
  if (known !== undefined) return known
  const reads = new Reads()
  // All steps, including shadow rules.
  for (const { to, clauses, requires, limit, headers } of program.trace) {
    reads.read(to)
    for (const { expression } of clauses) reads.read(expression)
    for (const one of requires) reads.require(one)
    if (limit?.by) reads.compared(limit.by)
    for (const { value } of headers) reads.read(value)
  }
  found.set(program, reads)
  return reads
}

function identityReads(identity: IdentityIr): PolicyReads['identities'][number] {
  const claims = [...identity.claims].map(([name, { path, type, optional }]) => ({
    name,
    from: path,
    type: readType(type),
    optional,
  }))
  const names = roleNames([identity])
  const byRole = new Map<string, RoleReads>()
  // Each role comes after those that it reads.
  for (const role of identity.roles) byRole.set(role.name, roleReads(role, names, byRole))
  return { name: identity.name, claims: claims.sort(byName), spiffe: identity.spiffe, roles: [...byRole.values()].sort(byName) }
}

function roleReads({ name, data, test }: RoleIr, names: RoleNames, before: ReadonlyMap<string, RoleReads>): RoleReads {
  const reads = new Reads()
  reads.read(test)
  const values = new Map<string, ReadValue>()
  for (const value of valuesOf(reads)) add(values, value)
  for (const other of reads.roles.flatMap((one) => names(one)))
    for (const value of before.get(other)?.values ?? []) add(values, value)
  return { name, values: sorted(values), data }
}

type RoleNames = (test: { readonly word: number; readonly mask: number }) => readonly string[]

function roleNames(identities: readonly IdentityIr[]): RoleNames {
  const known = new Map(identities.flatMap(({ roles }) => roles.map(({ name, word, bit }) => [`${word} ${bit}`, name] as const)))
  return ({ word, mask }) =>
    Array.from({ length: 31 }, (_, bit) => ((mask >>> bit) & 1 ? (known.get(`${word} ${bit}`) ?? []) : [])).flat()
}

/** Merges two reads of one value. */
function add(values: Map<string, ReadValue>, value: ReadValue): void {
  const path = readPath(value.at)
  const known = values.get(path)
  if (known === undefined) values.set(path, value)
  else if (known.presence !== value.presence) values.set(path, known.presence ? value : known)
  else values.set(path, { ...value, type: both(known.type, value.type), opaque: known.opaque && value.opaque })
}

function both(a: ReadType, b: ReadType): ReadType {
  if (typeof a === 'string' || typeof b === 'string') return a
  if ('record' in a && 'record' in b) {
    const names = [...new Set([...Object.keys(a.record), ...Object.keys(b.record)])].sort()
    const fieldOf = (name: string) => {
      const [one, other] = [a.record[name], b.record[name]]
      return one && other ? { ...one, type: both(one.type, other.type) } : (one ?? other)
    }
    return { record: Object.fromEntries(names.map((name) => [name, fieldOf(name) as NonNullable<ReturnType<typeof fieldOf>>])) }
  }
  if ('list' in a && 'list' in b) return { list: both(a.list, b.list) }
  if ('set' in a && 'set' in b) return { set: both(a.set, b.set) }
  return a
}

function sorted(values: ReadonlyMap<string, ReadValue>): readonly ReadValue[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

const ROOTS: Readonly<Record<string, readonly string[]>> = {
  caller: ['caller'],
  query: ['query'],
  body: ['body'],
  headers: ['request', 'headers'],
  mtls: ['connection', 'mtls'],
}

const AUTH: Readonly<Record<'time' | 'acr' | 'mfa', { readonly type: ReadType; readonly optional: boolean }>> = {
  time: { type: 'timestamp', optional: true },
  acr: { type: 'string', optional: true },
  mfa: { type: 'bool', optional: false },
}

function valuesOf({ roots, auth }: Reads): readonly ReadValue[] {
  const values = [...roots].flatMap(([root, place]) => leavesOf(ROOTS[root] as readonly string[], place))
  return [...values, ...[...auth].map((name) => ({ at: ['auth', name], ...AUTH[name], opaque: false }))]
}

/** Descends through records that are always present, to a value that is optional, no record, or read whole. */
function leavesOf(at: readonly string[], place: ReadNode): readonly ReadValue[] {
  const { type, optional, whole, opaque, fields, element } = place
  if (type.kind === 'record' && !optional && !whole) return [...fields].flatMap(([name, field]) => leavesOf([...at, name], field))
  // A record's presence is implied by reads in it.
  const isPresence = !whole && element === null && type.kind !== 'record'
  return [{ at, type: typeOf(place), optional, opaque, ...(isPresence && { presence: true }) }]
}

function typeOf({ type, whole, fields, element }: ReadNode): ReadType {
  if (whole) return readType(type)
  switch (type.kind) {
    case 'record': {
      const names = [...fields.keys()].sort()
      const fieldOf = (name: string) => {
        const field = fields.get(name) as ReadNode
        return { type: typeOf(field), optional: field.optional }
      }
      return { record: Object.fromEntries(names.map((name) => [name, fieldOf(name)])) }
    }
    case 'list':
      return { list: element === null ? readType(type.element) : typeOf(element) }
    case 'set':
      return { set: element === null ? readType(type.element) : typeOf(element) }
    default:
      return readType(type)
  }
}

function readType(type: Type): ReadType {
  switch (type.kind) {
    case 'literals':
      return { literals: type.values }
    case 'list':
      return { list: readType(type.element) }
    case 'set':
      return { set: readType(type.element) }
    case 'map':
      return { map: readType(type.value) }
    case 'record': {
      const fields = [...type.fields].sort(([a], [b]) => (a < b ? -1 : 1))
      return {
        record: Object.fromEntries(
          fields.map(([name, field]) => [name, { type: readType(field.type), optional: field.optional }]),
        ),
      }
    }
    case 'hierarchy':
    case 'optional':
    case 'caller':
    case 'unknown':
      throw new Error(`a value of type ${type.kind} that a request brings`)
    default:
      return type.kind
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
