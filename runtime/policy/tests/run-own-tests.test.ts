import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { tinyBundle } from '../../../tests/bundles/tiny-policy.ts'
import { MOST_TEST_BYTES, MOST_TESTS_BYTES, type WrittenTest } from '../../abi/index.ts'
import { instantiate, noData, type Policy, readBundle, runOwnTests } from '../index.ts'

let policy: Policy
/** The same where a deployment has it at another host. */
let elsewhere: Policy

beforeAll(async () => {
  const read = await readBundle(await tinyBundle(), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  policy = instantiate(read.bundle)
  elsewhere = instantiate(read.bundle, { hosts: { shop: ['elsewhere.example'] } })
})

const ANYTHING = { by: null, status: null, headers: [], limit: null, shadow: null }
const READS: WrittenTest = {
  name: 'a reader reads',
  request: {
    method: 'GET',
    url: 'https://shop.example/orders/7',
    caller: { identity: 'staff', claims: { sub: 'ann', groups: ['readers'] } },
  },
  expect: { ...ANYTHING, effect: 'permit', by: 'reads' },
}
const OPEN: WrittenTest = {
  name: 'open',
  request: { method: 'GET', url: 'https://shop.example/healthz' },
  expect: { ...ANYTHING, effect: 'permit' },
}
const linesOf = (...tests: readonly object[]) => tests.map((test) => `${JSON.stringify(test)}\n`).join('')

it('says nothing where all pass', async () => {
  expect(await runOwnTests(policy, linesOf(READS, OPEN))).toBeNull()
  expect(await runOwnTests(policy, '')).toBeNull()
})

it('names the first that fails, what it expects, and what came', async () => {
  const denied = { ...READS, name: 'eve\nreads', expect: { ...ANYTHING, effect: 'deny', by: 'no_evil' } }
  expect(await runOwnTests(policy, linesOf(OPEN, denied, { ...denied, name: 'another' }))).toEqual({
    code: 'tests',
    message: 'the test "eve\\nreads" of the policy expects "deny by no_evil", but got "permit by reads"',
  })
})

it('asks at the hosts that the policy names, wherever it is', async () => {
  expect(await runOwnTests(elsewhere, linesOf(READS, OPEN))).toBeNull()
  const there = { ...OPEN, request: { ...OPEN.request, url: 'https://elsewhere.example/healthz' } }
  expect((await runOwnTests(elsewhere, linesOf(there)))?.message).toMatch(/expects "permit", but got "deny by no-route"$/)
})

it('leaves nothing behind in the policy that is to serve', async () => {
  const before = policy.anonymous
  await runOwnTests(policy, linesOf(READS, OPEN))
  expect(policy.anonymous).toBe(before)
  expect(policy.data).toBe(noData)
})

describe('what is no test is one that fails', () => {
  const { expect: wanted, ...unexpecting } = OPEN
  it.each<[string, string, RegExp]>([
    ['no JSON', '{\n', /^test 1 of the policy cannot be read: it is not JSON$/],
    ['an empty line', '\n', /it is not JSON/],
    ['a list', '[]\n', /it is not an object/],
    ['null', 'null\n', /it is not an object/],
    ['a line that does not end', linesOf(OPEN).trimEnd(), /^test 1 .*: it does not end$/],
    ['nothing that is expected', linesOf(unexpecting), /`expect` is not what it must be/],
    ['another effect', linesOf({ ...OPEN, expect: { ...wanted, effect: 'constructor' } }), /`expect` is not what it must be/],
    ['an expectation that nobody knows', linesOf({ ...OPEN, expect: { ...wanted, cookies: [] } }), /`expect` is not/],
    ['a member that nobody knows', linesOf({ ...OPEN, skip: true }), /it has "skip", which this runtime does not know/],
    ['names that are none', linesOf({ ...OPEN, expect: { ...wanted, limit: [1] } }), /`expect` is not/],
    ['a header that is none', linesOf({ ...OPEN, expect: { ...wanted, headers: [{ name: 'x' }] } }), /`expect` is not/],
    ['a name that is none', linesOf({ ...OPEN, name: 7 }), /`name` is not/],
    ['no request', linesOf({ ...OPEN, request: null }), /`request` is not/],
    ['a request that is none', linesOf({ ...OPEN, request: { cookies: 1 } }), /got "reject 400: the request has no member/],
    ['a line without end', `${' '.repeat(MOST_TEST_BYTES)}${linesOf(OPEN)}`, /^test 1 .*: it is too long$/],
    [
      'more than there is room for',
      '\n'.repeat(MOST_TESTS_BYTES + 1),
      /are more than 4194304 bytes: remove some, or split the policy$/,
    ],
  ])('%s', async (_, text, problem) => {
    const failed = await runOwnTests(policy, text)
    expect(failed?.code).toBe('tests')
    expect(failed?.message).toMatch(problem)
  })
})

it('what throws is told with its test', async () => {
  const throwing: Policy = { ...policy, atOwnHosts: () => ({ ...policy, route: () => 1, decide: () => 99 }) }
  expect((await runOwnTests(throwing, linesOf(OPEN)))?.message).toMatch(
    /^the test "open" of the policy cannot be decided: the policy module returned an unknown outcome/,
  )
})

it('gives others a turn, and does not go on for ever', async () => {
  let turns = 0
  let over = false
  const slow: Policy = { ...policy, atOwnHosts: () => ({ ...policy, route: busy }) }
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => void vi.restoreAllMocks())
  function busy(): number {
    now += 5
    return 0
  }
  const others = (async () => {
    for (; !over; await nextTurn()) turns++
  })()
  expect(await runOwnTests(slow, linesOf(OPEN, OPEN, OPEN))).toBeNull()
  expect(turns).toBeGreaterThanOrEqual(3)
  expect(await runOwnTests(slow, linesOf(OPEN, OPEN, OPEN), 3)).toEqual({
    code: 'worker',
    message: 'the tests of the policy take longer than 0.003 s: 1 have passed; remove some, or use a faster machine',
  })
  over = true
  await others
})
