import {
  ABI_VERSION,
  type BodyProgram,
  type DataProgram,
  type IdentityProgram,
  type Manifest,
  type Outcome,
  type PolicyModule,
  type QueryProgram,
  type RouteProgram,
  type SegmentProgram,
  type Validators,
} from '../../abi/index.ts'
import { PolicyError } from './policy-error.ts'

const EFFECTS = new Set<unknown>(['permit', 'deny', 'challenge', 'unauthenticated'])

/**
 * Whether `policy.js` and `validators.js` returned what the ABI says, in every member that routing and deciding use. They are signed by
 * whoever may sign, so this finds mistakes, not attacks: a compiler and a runtime that do not go together. What is passed over here would be
 * found by a request: a segment of an unknown kind would match nothing less than a shorter path. Throws `PolicyError`.
 */
export function checkModule(module: unknown, validators: unknown, manifest: Manifest): asserts module is PolicyModule {
  need(isObject(module) && module.abi === ABI_VERSION, `it is not a module of ABI ${ABI_VERSION}`)
  const { routes, identities, data, outcomes } = module
  need([routes, identities, data, outcomes].every(isList), 'it lacks routes, identities, data or outcomes')
  const tables = module as unknown as Record<string, readonly unknown[]>
  need(isFrozen(tables.outcomes), 'its outcomes are not frozen')
  need(tables.outcomes?.every(isOutcome), 'an outcome is not complete')
  need(tables.routes?.every(isRoute), 'a route is not complete')
  need(tables.identities?.every(isIdentity), 'an identity is not complete')
  need(tables.data?.every(isDatum), 'a datum is not complete')
  need(isCount(module.ancestors ?? 0), 'how much is kept of a caller is no number')
  const checked = module as unknown as PolicyModule
  checkData(checked)
  checkValidators(checked, validators)
  checkManifest(checked, manifest)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Each has its validator: an own member, as `toString` is a member of every object and answers everything with a true value. */
function checkValidators(module: PolicyModule, validators: unknown): void {
  const door = (name: keyof Validators, what: string, names: readonly string[]) => {
    const table = isObject(validators) && Object.hasOwn(validators, name) ? validators[name] : undefined
    for (const each of names) {
      const own = isObject(table) && Object.hasOwn(table, each) ? table[each] : undefined
      need(typeof own === 'function', `${what} \`${each}\` has no validator`)
    }
  }
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
  door('claims', 'identity', names(module.identities))
  door('data', 'data', names(module.data))
  door('bodies', 'the body of', names(module.routes.filter(({ body }) => body !== null)))
}

/** A name that no datum has would never arrive, and the route be denied for good. */
function checkData({ data, routes, identities }: PolicyModule): void {
  const names = new Set(data.map(({ name }) => name))
  for (const { data: read } of [...routes, ...identities])
    for (const name of read) need(names.has(name), `it reads data \`${name}\` that it does not have`)
}

function isFrozen(table: readonly unknown[] | undefined): boolean {
  return Object.isFrozen(table) && (table as readonly unknown[]).every(Object.isFrozen)
}

function isOutcome(outcome: unknown): outcome is Outcome {
  if (!isObject(outcome)) return false
  const { effect, rule, reason } = outcome
  return EFFECTS.has(effect) && [rule, reason].every((value) => value === null || typeof value === 'string')
}

function isRoute(route: unknown): route is RouteProgram {
  if (!isObject(route)) return false
  const { name, service, methods, segments, params, headers, ownHeaders, early, body } = route
  const texts = typeof name === 'string' && typeof service === 'string' && (methods === null || isTexts(methods))
  const lists = [route.labels, params, route.hosts, headers, route.data, ownHeaders].every(isTexts)
  const programs = typeof route.decide === 'function' && typeof route.trace === 'function'
  const optional = isFunctionOrNull(early) && isFunctionOrNull(route.obligations) && typeof route.rpc === 'boolean'
  const doors = (route.query === null || isQuery(route.query)) && (body === null || isBody(body))
  if (!texts || !lists || !programs || !optional || !doors || !isList(segments) || segments.length === 0) return false
  // Without the one the body would be read in vain, without the other never.
  if ((body === null) !== (early === null)) return false
  if (!segments.every((segment, at) => isSegment(segment) && (segment.kind !== 'rest' || at === segments.length - 1)))
    return false
  // One for each segment that is not literal; and the label of the host before them, where there is one.
  const variable = (segments as readonly SegmentProgram[]).filter(({ kind }) => kind !== 'literal').length
  const extra = (params as readonly string[]).length - variable
  return (extra === 0 || extra === 1) && [headers, ownHeaders].every((names) => (names as readonly string[]).every(isLowerCase))
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase()
}

function isFunctionOrNull(value: unknown): boolean {
  return value === null || typeof value === 'function'
}

function isQuery(query: unknown): query is QueryProgram {
  return isObject(query) && typeof query.read === 'function' && isList(query.keys) && query.keys.every(isQueryKey)
}

function isQueryKey(key: unknown): boolean {
  return isObject(key) && typeof key.name === 'string' && typeof key.many === 'boolean' && typeof key.optional === 'boolean'
}

function isBody(body: unknown): body is BodyProgram {
  return isObject(body) && typeof body.read === 'function'
}

function isSegment(segment: unknown): segment is SegmentProgram {
  if (!isObject(segment)) return false
  const { kind, type, prefix, suffix } = segment
  if (kind === 'literal') return typeof segment.text === 'string'
  if (kind === 'rest') return true
  return kind === 'param' && (type === 'string' || type === 'int') && typeof prefix === 'string' && typeof suffix === 'string'
}

function isIdentity(identity: unknown): identity is IdentityProgram {
  if (!isObject(identity)) return false
  const { name, methods, stepsUp, data, facts } = identity
  const lists = isTexts(methods) && isTexts(data)
  return typeof name === 'string' && lists && typeof stepsUp === 'boolean' && typeof facts === 'function'
}

function isDatum(datum: unknown): datum is DataProgram {
  return isObject(datum) && typeof datum.name === 'string' && typeof datum.prepare === 'function'
}

/** What the manifest promises to deployments is what the module does. */
function checkManifest(module: PolicyModule, manifest: Manifest): void {
  const identities = module.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  const promised = manifest.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  if (!sameNames(identities, promised))
    throw new PolicyError('manifest-mismatch', 'the manifest names other identities than the policy has')
  const data = module.data.map(({ name }) => name)
  if (
    !sameNames(
      data,
      manifest.data.map(({ name }) => name),
    )
  )
    throw new PolicyError('manifest-mismatch', 'the manifest names other data than the policy has')
  const hosts = new Map(manifest.services.map((service) => [service.name, service.hosts]))
  for (const { service, hosts: served } of module.routes) {
    const named = hosts.get(service)
    if (named === undefined)
      throw new PolicyError('manifest-mismatch', `the manifest does not name the service \`${service}\` that the policy has`)
    if (!sameNames(served, named))
      throw new PolicyError(
        'manifest-mismatch',
        `the manifest names other hosts of the service \`${service}\` than the policy has`,
      )
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())
}

function isTexts(value: unknown): value is readonly string[] {
  return isList(value) && value.every((element) => typeof element === 'string')
}

/** Without holes, which `every` passes over. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.keys(value).length === value.length
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function need(holds: boolean | undefined, problem: string): asserts holds {
  if (!holds) throw new PolicyError('module-shape', `the policy module cannot be used: ${problem}`)
}
