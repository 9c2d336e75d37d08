import { ABI_VERSION, type Manifest, type PolicyModule, type Validators } from '../abi/index.ts'
import { PolicyError } from './policy-error.ts'

const EFFECTS = new Set(['permit', 'deny', 'challenge', 'unauthenticated'])

/**
 * A light look at what `policy.js` returned. It is signed by whoever may sign, so this finds mistakes, not attacks: a compiler and
 * a runtime that do not go together. Throws `PolicyError`.
 */
export function checkModule(module: unknown, validators: unknown, manifest: Manifest): asserts module is PolicyModule {
  const found = module as Partial<PolicyModule> | null
  need(typeof found === 'object' && found !== null && found.abi === ABI_VERSION, `it is not a module of ABI ${ABI_VERSION}`)
  const { routes, identities, outcomes } = found
  need(Array.isArray(routes) && Array.isArray(identities) && Array.isArray(outcomes), 'it lacks routes, identities or outcomes')
  for (const outcome of outcomes as PolicyModule['outcomes']) need(EFFECTS.has(outcome?.effect), 'an outcome has no known effect')
  need(Object.isFrozen(outcomes), 'its outcomes are not frozen')
  for (const route of routes as PolicyModule['routes']) {
    const programs = typeof route?.decide === 'function' && typeof route.trace === 'function'
    const lists = [route?.params, route?.segments, route?.hosts, route?.headers, route?.labels].every(Array.isArray)
    need(programs && lists && typeof route.name === 'string' && typeof route.service === 'string', 'a route is not complete')
  }
  for (const identity of identities as PolicyModule['identities']) {
    const validator = (validators as Validators | null)?.[identity?.name]
    need(typeof identity?.facts === 'function', 'an identity is not complete')
    need(typeof validator === 'function', `identity \`${identity.name}\` has no validator`)
  }
  checkManifest(found as PolicyModule, manifest)
}

/** What the manifest promises to deployments is what the module does. */
function checkManifest(module: PolicyModule, manifest: Manifest): void {
  const identities = module.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  const promised = manifest.identities.map(({ name, methods }) => `${name} via ${[...methods].sort().join()}`)
  if (!sameNames(identities, promised))
    throw new PolicyError('manifest-mismatch', 'the manifest names other identities than the policy has')
  const services = new Set(manifest.services.map(({ name }) => name))
  for (const route of module.routes) {
    if (!services.has(route.service)) {
      throw new PolicyError(
        'manifest-mismatch',
        `the manifest does not name the service \`${route.service}\` that the policy has`,
      )
    }
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())
}

function need(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new PolicyError('module-shape', `the policy module cannot be used: ${problem}`)
}
