import {
  ABI_VERSION,
  type IdentityProgram,
  type Manifest,
  type Outcome,
  type PolicyModule,
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
  const { routes, identities, outcomes } = module
  need(isList(routes) && isList(identities) && isList(outcomes), 'it lacks routes, identities or outcomes')
  need(Object.isFrozen(outcomes) && outcomes.every(Object.isFrozen), 'its outcomes are not frozen')
  need(outcomes.every(isOutcome), 'an outcome is not complete')
  need(routes.every(isRoute), 'a route is not complete')
  need(identities.every(isIdentity), 'an identity is not complete')
  for (const { name } of identities) {
    const own = isObject(validators) && Object.hasOwn(validators, name) ? (validators as Validators)[name] : undefined
    need(typeof own === 'function', `identity \`${name}\` has no validator`)
  }
  checkManifest(module as unknown as PolicyModule, manifest)
}

function isOutcome(outcome: unknown): outcome is Outcome {
  if (!isObject(outcome)) return false
  const { effect, rule, reason, challenge, obligations } = outcome
  const texts = [rule, reason, challenge].every((value) => value === null || typeof value === 'string')
  return EFFECTS.has(effect) && texts && isObject(obligations) && isObject(obligations.headers) && isTexts(obligations.limits)
}

function isRoute(route: unknown): route is RouteProgram {
  if (!isObject(route)) return false
  const { name, service, methods, segments, params, headers } = route
  const texts = typeof name === 'string' && typeof service === 'string' && (methods === null || isTexts(methods))
  const lists = [route.labels, params, route.hosts, headers].every(isTexts)
  const programs = typeof route.decide === 'function' && typeof route.trace === 'function'
  if (!texts || !lists || !programs || !isList(segments) || segments.length === 0) return false
  if (!segments.every((segment, at) => isSegment(segment) && (segment.kind !== 'rest' || at === segments.length - 1)))
    return false
  // One for each segment that is not literal; and the label of the host before them, where there is one.
  const variable = (segments as readonly SegmentProgram[]).filter(({ kind }) => kind !== 'literal').length
  const extra = (params as readonly string[]).length - variable
  return (extra === 0 || extra === 1) && (headers as readonly string[]).every((header) => header === header.toLowerCase())
}

function isSegment(segment: unknown): segment is SegmentProgram {
  if (!isObject(segment)) return false
  const { kind, type, prefix, suffix } = segment
  if (kind === 'literal') return typeof segment.text === 'string'
  if (kind === 'rest') return true
  return kind === 'param' && (type === 'string' || type === 'int') && typeof prefix === 'string' && typeof suffix === 'string'
}

function isIdentity(identity: unknown): identity is IdentityProgram {
  return (
    isObject(identity) && typeof identity.name === 'string' && isTexts(identity.methods) && typeof identity.facts === 'function'
  )
}

/** What the manifest promises to deployments is what the module does. */
function checkManifest(module: PolicyModule, manifest: Manifest): void {
  const identities = module.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  const promised = manifest.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  if (!sameNames(identities, promised))
    throw new PolicyError('manifest-mismatch', 'the manifest names other identities than the policy has')
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

function need(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new PolicyError('module-shape', `the policy module cannot be used: ${problem}`)
}
