import { ABI_VERSION, type Manifest, type Outcome, type SegmentProgram } from '../../abi/index.ts'
import { isCount, isObject, isString, listOf, orNull, shapeOf } from '../../base/values.ts'
import type { Tables } from '../../realm/program/program.ts'
import { PolicyError } from './policy-error.ts'
import type { PolicyTables, RouteEntry } from './tables.ts'

const EFFECTS = new Set<unknown>(['permit', 'deny', 'challenge', 'unauthenticated'])

/**
 * Checks the tables of a policy module against the ABI, in all members that routing and deciding use. Tables are signed, so the
 * check finds mismatched compilers and runtimes, not attacks. Without it a request would find them: an unknown segment kind
 * would match like a shorter path.
 *
 * @param text JSON of `Tables` from the realm's program
 * @throws PolicyError if the tables are invalid
 */
export function checkTables(text: unknown, manifest: Manifest): PolicyTables {
  need(typeof text === 'string', 'it does not describe itself')
  const tables = JSON.parse(text) as Tables
  need(tables.abi === ABI_VERSION, `it is not a module of ABI ${ABI_VERSION}`)
  const { routes, identities, data, outcomes, ancestors, validators } = tables
  need([routes, identities, data, outcomes].every(Array.isArray), 'it lacks routes, identities, data or outcomes')
  const lists = tables as unknown as Record<string, readonly unknown[]>
  need(lists.outcomes?.every(isOutcome), 'an outcome is not complete')
  need(lists.routes?.every(isRoute), 'a route is not complete')
  need(lists.identities?.every(isIdentity), 'an identity is not complete')
  need(lists.data?.every(isDatum), 'a datum is not complete')
  need(isCount(ancestors), 'the number of cached ancestors is not a number')
  need(validators === null, String(validators))
  const checked: PolicyTables = {
    routes: (routes as readonly TellingRoute[]).map(entryOf),
    identities: identities as PolicyTables['identities'],
    data: data as PolicyTables['data'],
    outcomes: Object.freeze((outcomes as readonly Outcome[]).map((outcome) => Object.freeze(outcome))),
    ancestors: ancestors as number,
  }
  checkData(checked)
  checkManifest(checked, manifest)
  return checked
}

/** A route as the realm reports it. Functions are reported by presence only. */
type TellingRoute = Omit<RouteEntry, 'hasBody' | 'obliges' | 'readHeaders' | 'index'> & {
  readonly shadowHeaders: readonly string[]
  readonly body: object | null
  readonly obligations: true | null
}

function entryOf(route: TellingRoute, index: number): RouteEntry {
  const { headers, shadowHeaders, query, body, obligations, ofCaller, tabled, covered } = route
  return {
    index,
    name: route.name,
    service: route.service,
    labels: route.labels,
    methods: route.methods,
    segments: route.segments,
    params: route.params,
    hosts: route.hosts,
    headers,
    data: route.data,
    rpc: route.rpc,
    ownHeaders: route.ownHeaders,
    readHeaders: shadowHeaders.length === 0 ? headers : [...headers, ...shadowHeaders],
    query: query === null ? null : { keys: query.keys },
    hasBody: body !== null,
    obliges: obligations !== null,
    ofCaller: ofCaller === true,
    tabled: tabled === true,
    covered: covered === true,
  }
}

/** Checks that routes read known data only. An unknown datum would deny the route forever. */
function checkData({ data, routes, identities }: PolicyTables): void {
  const names = new Set(data.map(({ name }) => name))
  for (const { data: read } of [...routes, ...identities])
    for (const name of read) need(names.has(name), `it reads data \`${name}\` that it does not have`)
}

const isOutcome = shapeOf({ effect: (effect) => EFFECTS.has(effect), rule: orNull(isString), reason: orNull(isString) })

function isRoute(route: unknown): boolean {
  if (!isObject(route)) return false
  const { name, service, methods, segments, params, headers, ownHeaders, early, body } = route
  const texts = typeof name === 'string' && typeof service === 'string' && (methods === null || isTexts(methods))
  const lists = [route.labels, params, route.hosts, headers, route.shadowHeaders, route.data, ownHeaders].every(isTexts)
  const programs = route.decide === true && route.trace === true
  const optional = isFunctionOrNone(early) && isFunctionOrNone(route.obligations) && typeof route.rpc === 'boolean'
  const inputs = (route.query === null || isQuery(route.query)) && (body === null || isBody(body))
  if (!texts || !lists || !programs || !optional || !inputs || !Array.isArray(segments) || segments.length === 0) return false
  // A body needs both, or it would be read in vain or never.
  if ((body === null) !== (early === null)) return false
  if (!segments.every((segment, at) => isSegment(segment) && (segment.kind !== 'rest' || at === segments.length - 1)))
    return false
  // One for each segment that is not literal, plus the host label before them, if any.
  const variable = (segments as readonly SegmentProgram[]).filter(({ kind }) => kind !== 'literal').length
  const extra = (params as readonly string[]).length - variable
  return (
    (extra === 0 || extra === 1) &&
    [headers, route.shadowHeaders, ownHeaders].every((names) => (names as readonly string[]).every(isLowerCase))
  )
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase()
}

function isFunctionOrNone(value: unknown): boolean {
  return value === null || value === true
}

const isTrue = (value: unknown) => value === true
const isFlag = (value: unknown) => typeof value === 'boolean'
const isTexts = listOf(isString)

const isQuery = shapeOf({ read: isTrue, keys: listOf(shapeOf({ name: isString, many: isFlag, optional: isFlag })) })
const isBody = shapeOf({ read: isTrue })
const isIdentity = shapeOf({ name: isString, methods: isTexts, stepsUp: isFlag, data: isTexts, facts: isTrue })
const isDatum = shapeOf({ name: isString, prepare: isTrue })

function isSegment(segment: unknown): boolean {
  if (!isObject(segment)) return false
  const { kind, type, prefix, suffix } = segment
  if (kind === 'literal') return typeof segment.text === 'string'
  if (kind === 'rest') return true
  return kind === 'param' && (type === 'string' || type === 'int') && typeof prefix === 'string' && typeof suffix === 'string'
}

/** Checks that manifest and module agree. */
function checkManifest(module: PolicyTables, manifest: Manifest): void {
  const identities = module.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  const promised = manifest.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  if (!sameNames(identities, promised))
    throw new PolicyError(
      'manifest-mismatch',
      'the identities in the manifest differ from those of the policy: rebuild the bundle',
    )
  const data = module.data.map(({ name }) => name)
  if (
    !sameNames(
      data,
      manifest.data.map(({ name }) => name),
    )
  )
    throw new PolicyError('manifest-mismatch', 'the data in the manifest differ from those of the policy: rebuild the bundle')
  const hosts = new Map(manifest.services.map((service) => [service.name, service.hosts]))
  for (const { service, hosts: served } of module.routes) {
    const named = hosts.get(service)
    if (named === undefined)
      throw new PolicyError(
        'manifest-mismatch',
        `the manifest does not name the service \`${service}\` of the policy: rebuild the bundle`,
      )
    if (!sameNames(served, named))
      throw new PolicyError(
        'manifest-mismatch',
        `the manifest names other hosts of the service \`${service}\` than the policy has: rebuild the bundle`,
      )
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())
}

function need(holds: boolean | undefined, problem: string): asserts holds {
  if (!holds) throw new PolicyError('module-shape', `the policy module cannot be used: ${problem}; rebuild the bundle`)
}
