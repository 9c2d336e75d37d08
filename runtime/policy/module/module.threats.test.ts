import { describe, expect, it } from 'vitest'
import { withManifest } from '../../../tests/bundles/craft-bundle.ts'
import { loosePolicy } from '../../../tests/bundles/loose-policy.ts'
import { tinyBundle, tinySchemas, tinySigner } from '../../../tests/bundles/tiny-policy.ts'
import {
  assemble,
  evaluate,
  noData,
  PolicyError,
  PolicySlot,
  PolicyStore,
  readBundle,
  unknownAuthentication,
  warm,
} from '../index.ts'

/**
 * A bundle that is signed and wrong: a mistake of a compiler, or of another version of it. It never becomes active. Most of these the whitelist
 * would refuse before (`runtime/abi/allowlist`): that is passed by here, as each line of defense is to hold alone.
 */

async function bundleOf(policy: string, validators?: string) {
  const bundle = await tinyBundle({
    compiled: { policy, needs: [], schemas: tinySchemas },
    ...(validators !== undefined && { validators }),
  })
  const read = await readBundle(bundle, { keys: 'unverified' })
  if (!read.ok) throw new Error(read.code)
  return { bytes: bundle, bundle: read.bundle }
}

async function activated(policy: string, validators?: string): Promise<string> {
  const { bytes, bundle } = await bundleOf(policy, validators)
  const slot = new PolicySlot()
  const store = await PolicyStore.open({ keys: 'unverified', state: null, clock: () => 0, enforcers: slot })
  expect(await store.activate(bytes)).toMatchObject({
    kind: 'refused',
    code: expect.stringMatching(/^(?:module-|manifest-|warm)/),
  })
  expect(slot.current).toBeNull()
  try {
    await warm(assemble(bundle))
  } catch (error) {
    return error instanceof PolicyError ? error.code : 'warm'
  }
  return 'activated'
}

/** The good module with one of its texts in place of another. */
function changed(from: string, to: string): string {
  const policy = loosePolicy()
  expect(policy).toContain(from)
  return policy.replace(from, to)
}

describe('a module that cannot be set up', () => {
  it.each([
    ['}', 'module-syntax'],
    ['} process.exit(1) {', 'module-syntax'],
    ['}); process.exit(1); (function () {', 'module-syntax'],
    ['}, function () {', 'module-syntax'],
    ['/*', 'module-syntax'],
    ['import "node:fs"', 'module-syntax'],
    ['return await abi', 'module-syntax'],
    ['throw new Error("no")', 'module-threw'],
    ['throw null', 'module-threw'],
    ['throw Object.create(null)', 'module-threw'],
    ['throw { toString() { throw 1 } }', 'module-threw'],
    ['throw { get message() { throw 1 } }', 'module-threw'],
    ['(function f() { f() })()', 'module-threw'],
    ['const a = require("node:fs")', 'module-threw'],
    ['', 'module-shape'],
    ['return null', 'module-shape'],
    ['return []', 'module-shape'],
    ['return () => 0', 'module-shape'],
    [`return (async () => { ${loosePolicy()} })()`, 'module-syntax'],
    [`return (function* () { ${loosePolicy()} })()`, 'module-shape'],
  ])('%j: %s', async (policy, code) => expect(await activated(policy)).toBe(code))
})

describe('a module of the wrong shape', () => {
  const literal = '{ kind: "literal", text: "healthz" }'
  const param = '{ kind: "param", type: "string", prefix: "", suffix: "" }'
  it.each([
    ['of another ABI', 'abi: 3,', 'abi: 2,'],
    ['an ABI that is a text', 'abi: 3,', 'abi: "3",'],
    ['an unknown effect', 'effect: "permit", rule: "health"', 'effect: "allow", rule: "health"'],
    ['an effect of Object.prototype', 'effect: "permit", rule: "health"', 'effect: "constructor", rule: "health"'],
    ['an outcome with a rule that is no text', 'rule: "health"', 'rule: {}'],
    ['an outcome with a reason that is no text', 'reason: "Not for you."', 'reason: ["Not for you."]'],
    ['an outcome without a reason', 'rule: "no_evil", reason: "Not for you."', 'rule: "no_evil"'],
    ['obligations that are no function', 'obligations: null', 'obligations: {}'],
    ['a body that nothing decides early about', 'body: null', 'body: { read: (json) => json }'],
    ['an early decision without a body', 'early: null', 'early: () => -1'],
    ['a body that cannot be read', 'body: null, ownHeaders: [], early: null', 'body: {}, ownHeaders: [], early: () => -1'],
    ['a query that cannot be read', 'query: null', 'query: { keys: [] }'],
    [
      'a key of a query that may come any number of times',
      'query: null',
      'query: { keys: [{ name: "a", optional: true }], read: () => ({}) }',
    ],
    ['no word on gRPC', 'rpc: false, ', ''],
    ['headers of its own in upper case', 'ownHeaders: []', 'ownHeaders: ["X-Tier"]'],
    ['data that it does not have', 'data: [], rpc', 'data: ["assigned"], rpc'],
    ['data of an identity that it does not have', 'stepsUp: true,\n    data: []', 'stepsUp: true,\n    data: ["assigned"]'],
    ['data that nothing prepares', 'outcomes,\n  data: []', 'outcomes,\n  data: [{ name: "assigned" }]'],
    [
      'data that nothing validates',
      'outcomes,\n  data: []',
      'outcomes,\n  data: [{ name: "assigned", prepare: (json) => json }]',
    ],
    ['an identity that may or may not step up', 'stepsUp: true', 'stepsUp: 1'],
    ['an outcome with a hole before it', 'const outcomes = [', 'const outcomes = [,'],
    ['no methods', 'methods: ["GET", "HEAD"], segments: [{', 'segments: [{'],
    ['methods that are one text', 'methods: ["GET", "HEAD"], segments: [{', 'methods: "GET", segments: [{'],
    ['a segment of an unknown kind', literal, '{ kind: "regex", text: "healthz" }'],
    ['a literal without a text', literal, '{ kind: "literal" }'],
    ['a parameter of an unknown type', param, '{ kind: "param", type: "float", prefix: "", suffix: "" }'],
    ['a parameter without a prefix', param, '{ kind: "param", type: "string", suffix: "" }'],
    ['a rest that is not the last', `segments: [${literal}]`, `segments: [{ kind: "rest" }, ${literal}]`],
    ['no segments', `segments: [${literal}]`, 'segments: []'],
    ['two parameters too many', 'params: []', 'params: ["a", "b"]'],
    ['a parameter too few', 'params: ["id"]', 'params: []'],
    ['hosts that are no texts', 'params: [], hosts: ["shop.example"]', 'params: [], hosts: [1]'],
    ['headers that are no texts', 'headers: ["x-tenant"]', 'headers: [1]'],
    ['a header in upper case, which no request has', 'headers: ["x-tenant"]', 'headers: ["X-Tenant"]'],
    ['no decide', 'decide: decideHealth', 'decide: null'],
    ['no facts', 'facts(claims, data, auth) {', 'notFacts(claims) {'],
    ['methods of an identity that are one text', 'methods: ["jwt"]', 'methods: "jwt"'],
    ['a name that is no text', 'name: "shop.health"', 'name: 1'],
  ])('with %s', async (_, from, to) => expect(await activated(changed(from, to))).toBe('module-shape'))

  it('with outcomes that can still be changed changes nothing: the host has its own', async () => {
    const unfrozen = changed('return abi.policy({', 'return Object.freeze({').replace(
      'outcomes,\n',
      'outcomes: Object.freeze(outcomes),\n',
    )
    const { outcomes } = assemble((await bundleOf(unfrozen)).bundle).module
    expect([outcomes, ...outcomes].every(Object.isFrozen)).toBe(true)
  })

  it('whose validators are inherited', async () => {
    // `toString` is a member of every object, and answers everything with a true value.
    const named = (text: string) => text.replace('name: "staff"', 'name: "toString"')
    const model = {
      identities: [{ name: 'toString', methods: ['jwt'] }],
      services: [{ name: 'shop', hosts: [] }],
      data: [],
      rules: [],
      tests: [],
      routes: [],
    }
    const read = await readBundle(
      await tinyBundle({
        compiled: { policy: named(loosePolicy()), needs: [], schemas: { claims: {}, data: {}, bodies: {} } },
        validators: 'return { claims: {}, data: {}, bodies: {} }',
        model: model as never,
      }),
      { keys: 'unverified' },
    )
    if (!read.ok) throw new Error(read.code)
    expect(() => assemble(read.bundle)).toThrow(expect.objectContaining({ code: 'module-shape' }))
  })

  it.each([
    'return null',
    'return { claims: { staff: true } }',
    'return { staff: () => true }',
    'return [() => true]',
    'return () => true',
  ])('whose validators are %j', async (validators) => {
    expect(await activated(loosePolicy(), validators)).toBe('module-shape')
  })

  it('whose manifest names other hosts than it has', async () => {
    const bundle = await withManifest(await tinyBundle(), tinySigner, (manifest) => ({
      ...manifest,
      services: [{ name: 'shop', hosts: ['other.example'] }],
    }))
    const slot = new PolicySlot()
    const store = await PolicyStore.open({ keys: 'unverified', state: null, clock: () => 0, enforcers: slot })
    expect(await store.activate(bundle)).toMatchObject({ code: 'manifest-mismatch' })
  })
})

describe('a decision that is no index of an outcome', () => {
  it.each([
    '',
    'return NaN',
    'return -1',
    'return 5',
    'return 1.5',
    'return "4"',
    'return "length"',
    'return [4]',
    'return null',
    'return true',
    'return { valueOf: () => 4 }',
    'throw null',
    'return abi.absent()',
  ])('%j', async (body) => {
    expect(await activated(changed('function decideHealth() { return 4; }', `function decideHealth() { ${body} }`))).toBe('warm')
  })

  it('async', async () => {
    expect(await activated(changed('function decideHealth()', 'async function decideHealth()'))).toBe('module-syntax')
  })

  it.each([
    ['an explanation that is nothing', 'return { effect, reason', 'return null && { effect, reason'],
    ['an explanation without rules', 'rules: rules[outcome], ', ''],
    ['an explanation without obligations', 'obligations: none, ', ''],
    ['an explanation without shadows', 'shadow: [], errors', 'shadow: null, errors'],
    ['an explanation without errors', 'errors: [] }', 'errors: null }'],
  ])('%s', async (_, from, to) => expect(await activated(changed(from, to))).toBe('warm'))

  it('for some request only: `evaluate` answers nothing rather than something', async () => {
    const policy = changed('return 2;', 'return "1";')
    const loaded = assemble((await bundleOf(policy)).bundle)
    const request = { method: 'GET', url: 'https://shop.example/orders/7', headers: { 'x-tenant': 'evil' } }
    expect(() => evaluate(loaded, request)).toThrow('unknown outcome')
  })
})

describe('facts', () => {
  const caller = { sub: 'ann', groups: ['readers'] }
  async function factsOf(policy: string, validators?: string) {
    const { bundle } = await bundleOf(policy, validators)
    return () => assemble(bundle).facts('staff', caller, unknownAuthentication, noData)
  }

  it.each([
    'undefined',
    'true',
    '{ then: (resolve) => resolve(1) }',
    '[]',
    '{ identity: 0, caller: {} }',
    '{ identity: "0", roles: [1], caller: {} }',
    '{ identity: -1, roles: [], caller: null }',
    '{ identity: 1, roles: [1], caller: {}, auth }',
    '{ identity: 0, roles: [1], caller: {}, auth: null }',
    '{ identity: 0, roles: [1], caller: {} }',
  ])('that are %s are those of nobody', async (facts) => {
    const make = await factsOf(
      changed(
        'return { identity: 0, roles: [claims.groups.includes("readers") ? 1 : 0], caller: { sub: claims.sub }, auth }',
        `return ${facts}`,
      ),
    )
    expect(make).toThrow('facts')
  })

  it.each(['{ then: (resolve) => resolve(false) }', '1', '"yes"', '{}', 'undefined'])(
    'a validator that answers %s accepts nothing',
    async (answer) => {
      expect(
        (await factsOf(loosePolicy(), `return { claims: { staff: () => (${answer}) }, data: {}, bodies: {} }`))(),
      ).toMatchObject({ ok: false })
    },
  )
})
