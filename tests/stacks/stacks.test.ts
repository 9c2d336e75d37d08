/** What is thrown in emitted code says where in the policy that is (`spec/language/bundle.md`). */
import { describe, expect, test } from 'vitest'
import { standaloneValidators } from '../../compiler/bundle/index.ts'
import { manifestUnpacked } from '../../compiler/bundle/manifest-of.ts'
import { compile } from '../../compiler/index.ts'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { ask, assemble, evaluate, noData, type Policy, readBundle } from '../../runtime/policy/index.ts'
import { compilePolicy } from '../support/compile-policy.ts'

const ORDERS = `/// The people who look after orders.
identity staff via jwt { sub: string, level: int }
role senior of staff when caller.level >= 3

service orders at "h.test" {
  route read GET "/orders/{id: int}"
  route note PUT "/orders/{id: int}/note" body { text: string }
}

data blocked: set<string>

permit seniors_read
  on orders.read
  to senior
  when "x-agent" in request.headers
  when request.headers["x-agent"] == "a" || params.id == 7

forbid no_robots
  on orders.read
  when "user-agent" in request.headers && request.headers["user-agent"].lowerAscii().contains("robot")
`

function policyOf(map?: string | null, change = (code: string) => code): Policy {
  const model = modelOf({ 'policies/orders.iap': ORDERS })
  const compiled = compile(model)
  const manifest = manifestUnpacked(compiled, model)
  const validators = standaloneValidators(compiled.schemas)
  const sourceMap = map === undefined ? (compiled.sourceMap ?? null) : map
  return assemble({ manifest, policy: change(compiled.policy), validators, sourceMap })
}

/** What the decision of `GET /orders/1` throws if its route does not say that it reads the header of that name. */
function thrown(policy: Policy): unknown {
  const known = policy.facts('staff', { sub: 'ann', level: 3 }, policy.anonymous.auth, noData)
  const index = policy.module.routes.findIndex(({ name }) => name === 'orders.read')
  const headers = { count: () => 1, get: () => undefined }
  const read = { method: 'GET', host: 'h.test', path: '/orders/1', segments: ['orders', '1'], headers, sourceIp: '192.0.2.1' }
  try {
    if (known.ok) ask(policy, index, known.facts, policy.request(index, read, { time: 0n, mtls: null, data: noData }, null, null))
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** The policy, whose route does not say that it reads the header. */
function policyWithout(header: string, map?: string | null): Policy {
  return policyOf(map, (code) =>
    code.replace("headers: ['user-agent', 'x-agent']", `headers: ['${header === 'x-agent' ? 'user-agent' : 'x-agent'}']`),
  )
}

describe('the stack of an exception in a decision', () => {
  test('names the clause, file and line', () => {
    const policy = policyWithout('x-agent')
    const stack = policy.stackOf(thrown(policy)) ?? ''
    expect(stack.split('\n')[0]).toContain('the policy reads the header `x-agent`, which its route does not declare')
    expect(stack).toContain('at decide$orders$read (policies/orders.iap:15:8)')
    expect(stack).not.toContain('policy.js')
  })
  test('names the rule where it has one clause', () => {
    const policy = policyWithout('user-agent')
    expect(policy.stackOf(thrown(policy))).toContain('(policies/orders.iap:18:8)')
  })
  test.each([
    ['no map', null],
    ['no JSON', '{'],
    ['another version', JSON.stringify({ version: 4, sources: ['a'], mappings: 'AAAA' })],
    ['no sources', JSON.stringify({ version: 3, mappings: 'AAAA' })],
    ['a source that is none', JSON.stringify({ version: 3, sources: [{}], mappings: ';AAAA'.repeat(300) })],
    ['a source that is not there', JSON.stringify({ version: 3, sources: [], mappings: ';AAAA'.repeat(300) })],
    ['places before the first line', JSON.stringify({ version: 3, sources: ['a'], mappings: ';AADD'.repeat(300) })],
    ['numbers that are none', JSON.stringify({ version: 3, sources: ['a'], mappings: ';////////////f'.repeat(300) })],
    ['more than any map of ours', JSON.stringify({ version: 3, sources: ['a'], mappings: ';AAAA'.repeat(100_000) })],
  ])('%s: the line is that of policy.js', (_, map) => {
    const policy = policyWithout('x-agent', map)
    expect(policy.stackOf(thrown(policy))).toMatch(/at decide\$orders\$read \(iap:[0-9a-f]{12}\/policy\.js:\d+:\d+\)/)
  })
  test('whatever was thrown, nothing is thrown', () => {
    const { stackOf } = policyOf()
    const hostile = Object.defineProperty(new Error('x'), 'stack', {
      get: () => {
        throw new Error('no')
      },
    })
    for (const error of [null, undefined, 'text', {}, Object.create(null), hostile]) expect(stackOf(error)).toBeNull()
    const long = Object.assign(new Error('x'), { stack: 'iap:000000000000/policy.js:1:1\n'.repeat(1_000_000) })
    expect(stackOf(long)?.length).toBeLessThan(20_000)
  })
})

test('evaluating a request throws it so', () => {
  const broken = policyOf(undefined, (code) => code.replaceAll('abi.lowerAscii(', 'abi.lowerAscIi('))
  const ask = () =>
    evaluate(broken, { method: 'GET', url: 'https://h.test/orders/1', headers: { 'user-agent': 'x' }, caller: null })
  expect(ask).toThrow('abi.lowerAscIi is not a function')
  let stack: string | undefined
  try {
    ask()
  } catch (error) {
    stack = (error as Error).stack
  }
  expect(stack).toMatch(/at .*decide\$orders\$read .*\(policies\/orders\.iap:18:8\)/)
})

test('setting up a module tells the rule', () => {
  const broken = () => policyOf(undefined, (code) => code.replace("abi.forbid('no_robots'", "abi.forbit('no_robots'"))
  expect(broken).toThrow('cannot be set up: abi.forbit is not a function (policies/orders.iap:18:8)')
})

test('a bundle carries the map', async () => {
  const bytes = await compilePolicy(ORDERS)
  const read = await readBundle(bytes, { keys: 'unverified' })
  if (!read.ok) throw new Error(read.code)
  expect(JSON.parse(read.bundle.sourceMap ?? '')).toMatchObject({
    version: 3,
    file: 'policy.js',
    sourceRoot: 'sources/',
    sources: ['policy.iap'],
  })
  expect(read.bundle.manifest.files.map(({ path }) => path)).toContain('policy.js.map')
})
