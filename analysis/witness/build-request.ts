/** Builds a request for which a diagram is true. */

import type { ConstValue } from '../../compiler/ir/index.ts'
import type { Constants } from '../../compiler/testing/invariants/constants.ts'
import { generateRecord, generateValue } from '../../compiler/testing/invariants/generate-value.ts'
import type { Random } from '../../compiler/testing/invariants/random.ts'
import { TEST_SOURCE } from '../../compiler/testing/test-request.ts'
import type { Identity, Model, Route } from '../../language/checker/model.ts'
import type { FieldShape, Type } from '../../language/checker/types/type.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { elementOf } from '../symbolic/domain/atom-collector.ts'
import { type Encoding, nameOfAtom } from '../symbolic/domain/encoding.ts'
import type { AccessPath, RootedPath, Value } from '../symbolic/symbolic-domain.ts'
import { valueKey } from '../symbolic/values.ts'
import { type Assignment, chooseValues } from './choose-values.ts'
import { type Draft, fillSlot, jsonOf, own, type Shapes, slotAt, timeText } from './draft.ts'

export interface WitnessCaller {
  readonly model: Model
  readonly route: Route
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: Identity | null
  readonly constants: Constants
  readonly random: Random
}

const SOME_METHODS = ['GET', 'POST', 'PUT', 'DELETE']

const NOON = 1_767_268_800_000_000_000n

export function buildRequest(encoding: Encoding, assignment: Assignment, asker: WitnessCaller): EvalRequest {
  const values = chooseValues(encoding, assignment)
  const read = (value: Value): ConstValue => (value.kind === 'constant' ? value.value : (values.get(value.key) ?? 'x'))
  const shapes = shapesOf(asker)
  const draft = blank(asker)
  const atoms = [...encoding.atoms].map(([variable, atom]) => ({ atom, is: assignment.get(variable) }))
  const presences = new Map(atoms.flatMap(({ atom, is }) => (atom.kind === 'present' ? [[atom.key, is ?? false] as const] : [])))
  const facts = new Set(atoms.filter(({ is }) => is === true).map(({ atom }) => nameOfAtom(atom)))
  const missing = missingEntries(encoding, facts)
  const isThere = (key: string) => (presences.get(key) ?? true) && !missing.some((entry) => key.startsWith(entry))
  // Containers before their contents.
  for (const found of byDepth(encoding.places())) place(found, draft, shapes, isThere(found.key), read)
  for (const { found, elements, others } of encoding.collections.values()) {
    const has = (element: Value) => facts.has(nameOfAtom({ kind: 'contains', key: found.key, element }))
    const size = sizeOf(found, encoding, values)
    fill(
      found,
      [...elements.values()],
      has,
      size,
      others && facts.has(nameOfAtom({ kind: 'others', key: found.key })),
      draft,
      shapes,
      read,
    )
  }
  for (const { term } of encoding.terms.values())
    if (term.place !== null && isThere(term.key)) write(term.place, values.get(term.key) as ConstValue, draft, shapes, read)
  for (const { atom, is } of atoms) {
    const truth = atom.kind === 'truth' ? encoding.truths.get(atom.key) : undefined
    if (truth?.place && isThere(atom.key)) write(truth.place, is ?? false, draft, shapes, read)
  }
  return finish(draft, asker)
}

/** Returns the keys of entries that are absent, which must not be created. */
function missingEntries(encoding: Encoding, facts: ReadonlySet<string>): readonly string[] {
  return [...encoding.collections.values()].flatMap(({ found, elements }) =>
    [...elements.values()]
      .filter((element) => !facts.has(nameOfAtom({ kind: 'contains', key: found.key, element })))
      .map((element) => `${found.key}[${valueKey(element)}]`),
  )
}

function byDepth(all: readonly AccessPath[]): readonly AccessPath[] {
  return all.toSorted((a, b) => (a.place?.steps.length ?? 0) - (b.place?.steps.length ?? 0))
}

/** Creates or removes a value, by whether it is present. */
function place(
  { place: at }: AccessPath,
  draft: Draft,
  shapes: Shapes,
  isThere: boolean,
  read: (value: Value) => ConstValue,
): void {
  if (at === null) return
  const { root, steps } = at
  const [first] = steps
  if (root.kind === 'header') return void (isThere ? draft.headers.set(root.name, 'x') : draft.headers.delete(root.name))
  if (root.kind === 'mtls' && steps.length === 0) {
    draft.mtls = isThere ? { spiffe_id: 'spiffe://mesh.example/a', dns_names: [] } : null
    return
  }
  if (root.kind === 'auth' && first !== undefined && 'field' in first) {
    if (first.field === 'mfa' && isThere) draft.auth.amr = ['mfa']
    if (first.field === 'acr' && isThere) draft.auth.acr = 'other'
    if (first.field === 'age' && isThere) draft.auth.age = 0n
    return
  }
  const slot = slotAt(draft, at, shapes, read)
  if (slot === null) return
  if (!isThere) delete slot.holder[slot.key]
  else if (own(slot.holder, slot.key) === undefined) fillSlot(slot, shapes.make(slot.type))
}

function fill(
  found: AccessPath,
  elements: readonly Value[],
  has: (element: Value) => boolean,
  size: number,
  others: boolean,
  draft: Draft,
  shapes: Shapes,
  read: (value: Value) => ConstValue,
): void {
  if (found.place === null) return
  const slot = slotAt(draft, found.place, shapes, read)
  if (slot === null) return
  const wanted = [...new Set(elements.filter(has).map(read))]
  if (found.type.kind === 'map') {
    const { value } = found.type
    const before = (own(slot.holder, slot.key) ?? {}) as Record<string, unknown>
    const entries = wanted.map((key) => [String(key), own(before, String(key)) ?? shapes.make(value)])
    const more = numberOf(others, entries.length, size)
    fillSlot(slot, Object.fromEntries([...entries, ...Array.from({ length: more }, (_, at) => [nameOf(at), shapes.make(value)])]))
    return
  }
  const type = elementOf(found)
  const values = elements.map(read)
  const more = Array.from({ length: numberOf(others, wanted.length, size) }, (_, at) => otherThan(type, values, at, shapes))
  fillSlot(slot, [...wanted.map((one) => jsonOf(one, type)), ...more])
}

/** Returns the size that is required, as far as the decoder accepts it. */
function sizeOf({ key }: AccessPath, encoding: Encoding, values: ReadonlyMap<string, ConstValue>): number {
  const size = [...encoding.terms.values()].find(({ term }) => term.sizeOf?.key === key)
  return size === undefined ? 0 : Math.min(MOST_ELEMENTS, Number(values.get(size.term.key)))
}

const MOST_ELEMENTS = 1_000

/** Returns the number of further elements: at least one, and as many as the size needs. */
function numberOf(others: boolean, before: number, size: number): number {
  return others ? Math.max(1, size - before) : 0
}

function nameOf(at: number): string {
  return at === 0 ? 'another' : `another${at}`
}

function otherThan(type: Type, values: readonly ConstValue[], at: number, shapes: Shapes): unknown {
  if (type.kind === 'string') return nameOf(at)
  if (type.kind === 'literals') return type.values.filter((one) => !values.includes(one))[at] ?? shapes.make(type)
  if (type.kind === 'int' || type.kind === 'double') return at + 1 + Math.max(0, ...(values as number[]))
  return shapes.make(type)
}

function write(at: RootedPath, value: ConstValue, draft: Draft, shapes: Shapes, read: (value: Value) => ConstValue): void {
  const { root, steps } = at
  const [first] = steps
  const field = first !== undefined && 'field' in first ? first.field : ''
  switch (root.kind) {
    case 'param':
      draft.params.set(root.name, String(value))
      return
    case 'header':
      draft.headers.set(root.name, String(value))
      return
    case 'request':
      if (field === 'method') draft.method = String(value)
      if (field === 'time') draft.time = value as bigint
      if (field === 'sourceIp') draft.source = String(value)
      return
    case 'auth':
      if (field === 'acr') draft.auth.acr = String(value)
      if (field === 'age') draft.auth.age = value as bigint
      return
    case 'mtls':
      if (draft.mtls !== null) writeCertificate(draft.mtls, field, value)
      return
    case 'caller':
      if (draft.claims !== null && !shapes.claims.has(field)) {
        writeCertificate(draft.claims, field, value)
        return
      }
  }
  const slot = slotAt(draft, at, shapes, read)
  if (slot !== null) fillSlot(slot, jsonOf(value, slot.type))
}

/** The SPIFFE ID is built from its parts. */
function writeCertificate(into: { spiffe_id?: unknown }, field: string, value: ConstValue): void {
  const [, domain = 'mesh.example', path = '/a'] = /^spiffe:\/\/([^/]*)(.*)$/.exec(String(into.spiffe_id ?? '')) ?? []
  if (field === 'spiffe_id') into.spiffe_id = value
  if (field === 'trust_domain') into.spiffe_id = `spiffe://${value}${path}`
  if (field === 'path') into.spiffe_id = `spiffe://${domain}${value}`
}

function shapesOf({ model, route, identity, constants, random }: WitnessCaller): Shapes {
  return {
    claims: identity?.claims ?? NO_FIELDS,
    query: route.query ?? NO_FIELDS,
    body: route.body?.type ?? null,
    data: new Map(model.data.map(({ name, type }) => [name, type])),
    make: (type) => generateValue(type, constants, random),
  }
}

const NO_FIELDS: ReadonlyMap<string, FieldShape> = new Map()

function blank({ model, route, identity, constants, random }: WitnessCaller): Draft {
  // Of several methods, another route may have one.
  const method = random.pick(route.methods ?? SOME_METHODS)
  return {
    method,
    time: NOON,
    source: TEST_SOURCE,
    params: new Map(),
    headers: new Map(),
    query: generateRecord(route.query ?? NO_FIELDS, constants, random),
    body: route.body === null ? {} : { body: generateValue(route.body.type, constants, random) },
    claims: identity && claimsOf(identity, constants, random),
    auth: {},
    mtls: null,
    data: Object.fromEntries(model.data.map(({ name, type }) => [name, generateValue(type, constants, random)])),
  }
}

function claimsOf({ claims, methods }: Identity, constants: Constants, random: Random): Record<string, unknown> {
  const certificate = methods.includes('mtls') && !claims.has('spiffe_id')
  return {
    ...generateRecord(claims, constants, random),
    ...(certificate && { spiffe_id: 'spiffe://mesh.example/a', dns_names: [] }),
  }
}

function finish(draft: Draft, { route, identity, random }: WitnessCaller): EvalRequest {
  const { acr, amr, age } = draft.auth
  const auth = {
    ...(acr !== undefined && { acr }),
    ...(amr && { amr }),
    ...(age !== undefined && { time: timeText(draft.time - age) }),
  }
  return {
    method: draft.method,
    url: `https://${hostOf(route, draft, random)}${pathOf(route, draft, random)}${queryOf(draft)}`,
    headers: Object.fromEntries(draft.headers),
    ...('body' in draft.body && { body: draft.body.body }),
    ...(draft.mtls !== null && { mtls: draft.mtls }),
    caller: identity && { identity: identity.name, claims: draft.claims, ...(Object.keys(auth).length > 0 && { auth }) },
    time: timeText(draft.time),
    source: { ip: draft.source },
    data: draft.data,
  }
}

const SOMETHING = ['x', 'b7', 'other', 'c-9']

function hostOf({ service: { hosts }, params, segments }: Route, draft: Draft, random: Random): string {
  const host = random.pick(hosts)
  if (!host.wildcard) return host.text
  const isOfPath = segments.filter(({ kind }) => kind !== 'literal').length
  const label = params.length > isOfPath ? params[0]?.name : undefined
  return `${(label !== undefined && draft.params.get(label)) || 'acme'}${host.rest}`
}

/** Fills unconstrained segments with text that other routes are unlikely to have. */
function pathOf({ segments, params }: Route, draft: Draft, random: Random): string {
  const names = params.slice(params.length - segments.filter(({ kind }) => kind !== 'literal').length).map(({ name }) => name)
  const parts = segments.map((segment) => {
    if (segment.kind === 'literal') return encodeURIComponent(segment.text)
    const given = draft.params.get(names.shift() as string)
    if (segment.kind === 'rest') return (given ?? random.pick(SOMETHING)).split('/').map(encodeURIComponent).join('/')
    return encodeURIComponent(
      segment.prefix +
        (given ?? (segment.type === 'int' ? String(1 + random.below(1000)) : random.pick(SOMETHING))) +
        segment.suffix,
    )
  })
  return `/${parts.join('/')}`
}

function queryOf({ query }: Draft): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
