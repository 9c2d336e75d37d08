/**
 * A signed bundle whose code attacks, with the code check passed by: what it finds in its realm, and what it is given at each place where the host calls it. The host is as it was, and
 * no object of it gets in.
 */
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Caller } from '../../runtime/identity/index.ts'
import {
  assemble,
  evaluate,
  evaluateExplained,
  type InstantiateInput,
  noData,
  type Policy,
  runOwnTests,
  unknownAuthentication,
  warm,
} from '../../runtime/policy/index.ts'
import { asking, RealmError } from '../../runtime/realm/index.ts'
import { valuesRead } from '../../runtime/telemetry/audit/values/index.ts'
import { richInput, richPolicy } from '../bundles/rich-policy.ts'

/** Notes what each function is given, its `this`, and everything that can be reached from there: all must be of this realm, or of none. */
const SPY = `
const given = new Set(), foreign = []
function look(name, self, values) {
  given.add(name)
  const pending = [[name + ' this', self], ...Array.from(values, (one, at) => [name + ' ' + at, one])], seen = new Set()
  while (pending.length > 0) {
    const [path, value] = pending.pop()
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue
    seen.add(value)
    if (value === Object.prototype || value === globalThis) continue
    const above = Object.getPrototypeOf(value)
    // Every chain ends at the first prototype of this realm, or has none.
    if (above === null) { if (Object.getOwnPropertyNames(value).includes('hasOwnProperty')) foreign.push(path) }
    else pending.push([path + '.proto', above])
    for (const key of [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertySymbols(value)]) {
      const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, key)
      pending.push([path + '.' + String(key), member], [path + '.get ' + String(key), get], [path + '.set ' + String(key), set])
    }
  }
}
function spied(name, inner) { return function () { look(name, this, arguments); return inner.apply(this, arguments) } }
`

/** Every function of the rich policy and its validators, spied on; the route \`list\` throws what was seen. */
function spyingInput(): InstantiateInput {
  const report = `throw new Error('given ' + [...given].sort().join() + '; foreign ' + foreign.join())`
  const policy = richPolicy
    .replace('"use strict";', `${SPY}`)
    .replace('return abi.policy({', 'const made = ({')
    .replace(
      /\}\);\n$/,
      `});
for (const one of made.routes) {
  one.decide = spied('decide', one.name === 'shop.list' ? function () { ${report} } : one.decide)
  one.trace = spied('trace', one.trace)
  if (one.early) one.early = spied('early', one.early)
  if (one.obligations) one.obligations = spied('obligations', one.obligations)
  if (one.query) one.query.read = spied('query', one.query.read)
  if (one.body) one.body.read = spied('body', one.body.read)
}
for (const one of made.identities) one.facts = spied('facts', one.facts)
for (const one of made.data) one.prepare = spied('prepare', one.prepare)
look('abi', undefined, [abi])
return made
`,
    )
  const validators = richInput.validators
    .replace('"use strict";', `${SPY}`)
    .replace('holds(json); validate.errors', "(look('validate', undefined, [json]), holds(json)); validate.errors")
    .replace(
      '{ instancePath, message }',
      "{ instancePath, message: message + (foreign.length > 0 ? ' FOREIGN ' + foreign.join() : '') }",
    )
  return { ...richInput, policy, validators }
}

const SHOP = 'https://shop.example'

test('no object of the host gets in, wherever the host calls', async () => {
  const policy = assemble(spyingInput())
  await warm(policy).catch(() => {})
  const caller = {
    identity: 'staff',
    claims: { sub: 'ann', more: [{ a: 1 }] },
    auth: { time: '2026-03-02T08:00:00Z', acr: 'mfa', amr: ['mfa'] },
  }
  const mtls = { spiffe_id: 'spiffe://shop.example/ns/shop', dns_names: ['a.example'] }
  const data = { assigned: { ann: 'c1' } }
  const headers = { 'x-a': ['1', '2'] }
  evaluate(policy, { method: 'GET', url: `${SHOP}/assigned`, caller, mtls, data, headers, source: { ip: '192.0.2.7' } })
  // The module has no explanations.
  expect(() => evaluateExplained(policy, { method: 'GET', url: `${SHOP}/mesh`, mtls, time: '2026-03-02T08:00:00Z' })).toThrow()
  const body = { amount: 50 }
  const paid = evaluate(policy, { method: 'POST', url: `${SHOP}/pay`, caller, data, body })
  expect(paid).toMatchObject({ effect: 'permit', obligations: { headers: { 'x-tier': 'gold' } } })
  evaluate(policy, { method: 'POST', url: `${SHOP}/pay`, body })
  await runOwnTests(
    policy,
    `${JSON.stringify({ name: 'a', request: { method: 'GET', url: `${SHOP}/mesh` }, expect: { effect: 'deny' } })}\n`,
  )
  expect(policy.facts('staff', { sub: 1 }, unknownAuthentication, noData)).toMatchObject({
    message: 'claim `/sub` of identity `staff` must be string, got number',
  })
  replayed(policy)
  recorded(policy)
  const report = () => evaluate(policy, { method: 'GET', url: `${SHOP}/list?customer=c+1&tag=a`, caller, data })
  expect(report).toThrow('given abi,body,decide,early,facts,obligations,prepare,query,trace; foreign ')
  expect(report).toThrow(/foreign $/)
})

/** What replay hands in. */
function replayed(policy: Policy): void {
  const { dataWithout, recordedCaller, recordedRequest } = policy.program
  const made = policy.facts('staff', { sub: 'ann' }, unknownAuthentication, noData)
  if (!made.ok) throw new Error(made.message)
  const handle = asking(() =>
    recordedCaller(made.facts.handle, JSON.stringify({ unknown: [], roleLack: 'data assigned', auth: [] })),
  )
  const data = asking(() => dataWithout(null, 2))
  const asked = {
    ...{ method: 'GET', host: 'shop.example', path: '/mesh', segments: ['mesh'], source: null, time: null },
    ...{ headers: [], query: [], body: null, mtls: null },
  }
  const request = asking(() => recordedRequest(data, JSON.stringify(asked)))
  const route = policy.module.routes.findIndex(({ name }) => name === 'shop.assigned')
  const needs = () => policy.decide(route, { ...made.facts, handle }, request)
  expect(needs).toThrow(expect.objectContaining({ needs: 'data assigned' }))
}

/** What records and assertions ask. */
function recorded(policy: Policy): void {
  const manifest = { ...policy.manifest, reads: undefined }
  const made = policy.facts('staff', { sub: 'ann' }, unknownAuthentication, noData)
  if (!made.ok) throw new Error(made.message)
  const { declaredClaims } = policy.program
  expect(JSON.parse(asking(() => declaredClaims(made.facts.handle)))).toEqual({ sub: 'ann' })
  const request = policy.request(
    0,
    { ...{ method: 'GET', host: 'h', path: '/', segments: [''] }, ...LINES },
    { time: 0n, mtls: null, data: noData },
    null,
    null,
  )
  expect(
    valuesRead(manifest as never, 'shop.assigned', made.facts, { subject: 'ann', consumed: [] } as unknown as Caller, request),
  ).toBeNull()
}

const LINES = { headers: { get: () => undefined, count: () => 0 }, sourceIp: '192.0.2.1' }

/** With something before the first statement of the module. */
function attacked(code: string, strict = true): () => Policy {
  return () =>
    assemble({ ...richInput, policy: `${strict ? "'use strict';" : ''}${code}\n${richPolicy.replace('"use strict";', '')}` })
}

describe('code that wants out', () => {
  const REACHED = `if (typeof process !== 'undefined' || typeof require !== 'undefined') throw new Error('REACHED')`
  const BUILTINS = `
const list = [1]
const from = list['constructor'].from
const call = (f, self, value) => ({ get: from }).get([value], f, self)[0]
const setter = call(list['__lookupSetter__'], list, '__proto__')
const getter = call(list['__lookupGetter__'], list, '__proto__')
const protoOf = (o) => call(getter, o, 0)`
  test.each([
    [
      'makes functions of texts',
      `${BUILTINS}\nconst f = protoOf(list['constructor'])['constructor']('return process')(); f.exit(3)`,
    ],
    ['takes the constructor of a constructor', `({}).constructor.constructor('return process')().exit(3)`],
    ['changes the first prototype', `${BUILTINS}\nprotoOf(protoOf(list)).polluted = 'by a policy'`],
    ['defines a member of every object', `Object.defineProperty(Object.prototype, 'polluted', { value: 1 })`],
    ['changes what sets and texts do', `Set.prototype.add = function () { throw 1 }`],
    ['changes a helper', `abi.string = () => 1`],
    ['changes the class of a helper', `abi.startObligations().constructor.prototype.end = () => 1`],
    ['names `process`', `process.exit(3)`],
    ['asks for a module', `require('node:child_process')`],
    ['imports one', `import('node:child_process')`],
    [
      'makes a promise',
      `(async () => { throw { [Symbol.for('nodejs.util.inspect.custom')]: (a, b, inspect) => inspect.constructor('return process')() } })()`,
    ],
  ])('%s: it is refused', (_, code) => {
    expect(attacked(code)).toThrow(expect.objectContaining({ name: 'PolicyError' }))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(new Set([1]).has(1)).toBe(true)
  })

  test.each([
    [
      'looks who has called it',
      `(function f() { for (let a = f; a; a = a.caller) if (Object.getPrototypeOf(a) !== Function.prototype) throw new Error('REACHED') })()`,
    ],
    [
      'looks for `this`',
      `const self = (function () { return this })(); if (self !== globalThis) throw new Error('REACHED'); ${REACHED}`,
    ],
    [
      'reads stacks at the end of the stack',
      `
const Host = []
function dig() { try { dig() } catch (e) { try { String(new Error('a').stack) } catch (other) { if (!(other instanceof Error)) Host.push(other) } throw e } }
try { dig() } catch (e) { if (!(e instanceof RangeError)) Host.push(e) }
if (Host.length > 0) throw new Error('REACHED')`,
    ],
    [
      'prepares stacks',
      `try { Error.prepareStackTrace = (e, t) => { throw new Error('REACHED') } } catch {} new Error('a').stack`,
    ],
  ])('%s: it finds nothing', (_, code) => {
    expect(attacked(code, false)).not.toThrow()
  })
})

describe('what it hands out is never called or looked into', () => {
  const TRAP = `
const trap = { calls: 0 }
const hostile = (name) => ({
  get then() { throw new Error('TRAPPED then') }, toJSON() { throw new Error('TRAPPED toJSON') }, toString() { throw new Error('TRAPPED toString') },
  valueOf() { throw new Error('TRAPPED valueOf') }, [Symbol.iterator]() { throw new Error('TRAPPED iterator') },
  [Symbol.toPrimitive]() { throw new Error('TRAPPED primitive') }, get [Symbol.toStringTag]() { throw new Error('TRAPPED tag') },
  [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('TRAPPED inspect') },
})`
  const trapped = (from: string, to: string) =>
    assemble({ ...richInput, policy: richPolicy.replace('"use strict";', TRAP).replace(from, to) })
  const SECRET = { method: 'GET', url: `${SHOP}/secret` }

  test('as an outcome', () => {
    const policy = trapped('decide: ({ auth }, { time }) =>', 'decide: () => hostile("outcome"), unused: ({ auth }, { time }) =>')
    expect(() => evaluate(policy, SECRET)).toThrow('unknown outcome')
  })

  test.each([
    'throw hostile("error")',
    'throw Object.assign(new Error("a"), { get stack() { throw 1 } })',
    'throw null',
    'throw Symbol("a")',
  ])('%s', (code) => {
    const policy = trapped('decide: ({ auth }, { time }) =>', `decide: () => { ${code} }, unused: ({ auth }, { time }) =>`)
    let thrown: unknown
    try {
      evaluate(policy, SECRET)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(RealmError)
    expect(inspect(thrown)).not.toContain('TRAPPED')
    expect(policy.stackOf(thrown)).not.toContain('TRAPPED')
  })

  test('as facts', () => {
    const policy = trapped(
      'caller: { sub: claims.sub }, auth })',
      'caller: Object.assign(hostile("caller"), { sub: claims.sub }), auth })',
    )
    const made = policy.facts('staff', { sub: 'ann' }, unknownAuthentication, noData)
    expect(made.ok).toBe(true)
  })

  test('as a trace', () => {
    const policy = trapped('trace: (...asked) => traces[more.decide(...asked)]', 'trace: () => hostile("trace")')
    expect(() => evaluate(policy, SECRET)).toThrow('without its parts')
  })
})
