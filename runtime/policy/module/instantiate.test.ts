import { beforeAll, describe, expect, it } from 'vitest'
import { canonicalizeUrl } from '../../../request/index.ts'
import { tinyBundle, tinyPolicy } from '../../../tests/bundles/tiny-policy.ts'
import {
  type Bundle,
  type InstantiateInput,
  instantiate,
  noData,
  type Policy,
  readBundle,
  unknownAuthentication,
  warm,
} from '../index.ts'

let bundle: Bundle

beforeAll(async () => {
  const read = await readBundle(await tinyBundle(), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  bundle = read.bundle
})

function request(url: string) {
  const canonical = canonicalizeUrl({ method: 'GET', url })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  return canonical.request
}

const routeOf = (policy: Policy, url: string) => policy.module.routes[policy.route(request(url))]?.name

const facts = (policy: Policy, identity: string, claims: unknown) => policy.facts(identity, claims, unknownAuthentication, noData)

describe('instantiate', () => {
  it('makes a policy that routes, knows callers, and decides', () => {
    const policy = instantiate(bundle)
    expect(policy.revision).toBe(bundle.manifest.revision)
    expect(routeOf(policy, 'https://shop.example/orders/7')).toBe('shop.read')
    expect(routeOf(policy, 'https://other.example/orders/7')).toBeUndefined()
    expect(facts(policy, 'staff', { sub: 'ann', groups: ['readers'] })).toMatchObject({
      ok: true,
      facts: { identity: 0 },
    })
  })

  it('serves the hosts of the configuration instead of those of the policy', () => {
    const policy = instantiate(bundle, { hosts: { shop: ['shop.test'] } })
    expect(routeOf(policy, 'https://shop.test/healthz')).toBe('shop.health')
    expect(routeOf(policy, 'https://shop.example/healthz')).toBeUndefined()
  })

  it('says which claim does not fit, and never its value', () => {
    const policy = instantiate(bundle)
    const misfit = facts(policy, 'staff', { sub: 'ann', groups: 'secret' })
    expect(misfit).toEqual({
      ok: false,
      message: 'claim `/groups` of identity `staff` must be array, got string',
      isMissing: false,
    })
    expect(facts(policy, 'staff', null)).toMatchObject({ ok: false })
    expect(facts(policy, 'staff', { sub: '\ud800', groups: [] })).toMatchObject({ ok: false })
    expect(facts(policy, 'nobody', {})).toMatchObject({ ok: false })
    expect(facts(policy, 'constructor', {})).toMatchObject({ ok: false })
  })

  const broken: readonly [string, string, (bundle: Bundle) => InstantiateInput][] = [
    ['a syntax error', 'module-syntax', (b) => ({ ...b, policy: 'return {' })],
    ['a body that closes its function', 'module-syntax', (b) => ({ ...b, policy: '} , process.exit(1), function () {' })],
    ['an import', 'module-syntax', (b) => ({ ...b, policy: 'import fs from "node:fs"' })],
    [
      'an exception',
      'module-threw',
      (b) => ({ ...b, policy: tinyPolicy().replace('const steps', () => "const zone$1 = abi.zone('nowhere')\nconst steps") }),
    ],
    [
      'code that is not ours',
      'module-whitelist',
      (b) => ({ ...b, policy: tinyPolicy().replace('return 4', 'return process.exit()') }),
    ],
    ['validators that are not ours', 'module-whitelist', (b) => ({ ...b, validators: 'require("ajv")' })],
    ['nothing', 'module-whitelist', (b) => ({ ...b, policy: 'return undefined' })],
    ['another ABI', 'module-shape', (b) => ({ ...b, policy: tinyPolicy().replace('abi: 3', 'abi: 2') })],
    [
      'an effect of its own',
      'module-shape',
      (b) => ({ ...b, policy: tinyPolicy().replace("effect: 'permit'", "effect: 'allow'") }),
    ],
    ['outcomes that can be changed', 'module-whitelist', (b) => ({ ...b, policy: tinyPolicy().replace('abi.policy(', '(') })],
    [
      'a route without a decision',
      'module-shape',
      (b) => ({ ...b, policy: tinyPolicy().replace('decide: decide$shop$read,', '') }),
    ],
    ['no validators', 'module-shape', (b) => ({ ...b, validators: b.validators.replace(/ {4}\["staff"\].*\n/, '') })],
    [
      'an identity that the manifest does not name',
      'manifest-mismatch',
      (b) => ({ ...b, manifest: { ...b.manifest, identities: [] } }),
    ],
    [
      'a service that the manifest does not name',
      'manifest-mismatch',
      (b) => ({ ...b, manifest: { ...b.manifest, services: [] } }),
    ],
  ]

  it.each(broken)('refuses %s: %s', (_, code, change) => {
    expect(() => instantiate(change(bundle))).toThrow(expect.objectContaining({ name: 'PolicyError', code }))
  })

  it('says it in the same way when hosts do not go with the policy', () => {
    expect(() => instantiate({ ...bundle, policy: twice(tinyPolicy()) })).toThrow(
      expect.objectContaining({ name: 'PolicyError', code: 'hosts' }),
    )
  })

  it('warms every function of a policy, and finds one that throws', async () => {
    await expect(warm(instantiate(bundle))).resolves.toBeUndefined()
    const throwing = tinyPolicy().replace('return 4', 'return abi.absent()')
    await expect(warm(instantiate({ ...bundle, policy: throwing }))).rejects.toThrow()
  })
})

/** Both routes under one path. */
function twice(policy: string): string {
  return policy.replace(/segments: \[\{ kind: 'literal', text: 'healthz' \}\],\s+params: \[\]/, () => {
    return "segments: [{ kind: 'literal', text: 'orders' }, { kind: 'param', type: 'string', prefix: '', suffix: '' }], params: ['id']"
  })
}
