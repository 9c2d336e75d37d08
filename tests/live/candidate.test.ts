/** A candidate never keeps anybody from an answer, whatever becomes of it: two workers. */
import { writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tally } from '../../runtime/policy/index.ts'
import { startLoad } from '../life/load.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { eventually, WAIT } from '../support/until.ts'
import { policyOf, RULES, send, sendAll, type Traffic, trafficOf } from './candidate-traffic.ts'
import { type CandidateProxy, candidateOf, shareCandidate, startCandidate } from './start-candidate.ts'
import { type Live, openLive, openStreams } from './start-live.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
/** Candidates that begin and end under load. */
const ROUNDS = process.env.IAP_FULL === '1' ? 10 : 3
/** Workers that are killed while all of them take a candidate. */
const KILLS = process.env.IAP_FULL === '1' ? 3 : 2
let live: Live
const shared = shareCandidate(() => live, policyOf())

beforeAll(async () => {
  live = await openLive()
})
afterAll(async () => {
  agent.destroy()
  await shared.close()
  await live?.close()
})

const ask = (path: string, claims: object | null = { sub: 'ann' }, more: Partial<Traffic['asked']> = {}): Traffic => ({
  asked: { method: 'GET', url: `http://app.test${path}`, headers: {}, ...more },
  bearer: claims && live.bearer({ ...claims }),
})
const statusOf = async (proxy: CandidateProxy, traffic: Traffic) => (await send(proxy.port, agent, traffic))[0]
/** A worker may have answered a moment before it counts that. */
const tallyOf = async (proxy: CandidateProxy) => (await proxy.tally()) as Tally

/** Settled when there is another one in its place. */
async function killOne(proxy: CandidateProxy): Promise<void> {
  const [first = 0] = await proxy.pids()
  process.kill(first, 'SIGKILL')
  await eventually(async () => {
    const pids = await proxy.pids()
    return pids.length === 2 && !pids.includes(first) ? true : undefined
  })
}

/** It decides what is no outcome for whoever is known, which nothing tells before somebody comes. */
const throwing = (code: string) => code.replace(/(groups\.has\('staff'\)\) return )\d+/, '$19999')

test('a candidate that throws: no answer is another one, and it is counted; for real nobody is let in', async () => {
  const proxy = await shared.take()
  const traffic = trafficOf(live, 200, 1)
  const before = await sendAll(proxy.port, agent, traffic)
  const input = await candidateOf(policyOf(), throwing)
  expect(input.policy).toContain('return 9999')
  expect(await proxy.begin(input)).toBeNull()
  const during = await sendAll(proxy.port, agent, traffic)
  expect(during.map(([status]) => status)).toEqual(before.map(([status]) => status))
  const records = (await proxy.records(400)).filter(({ candidate }) => candidate !== undefined)
  const tally = await tallyOf(proxy)
  const failed = records.filter(({ candidate }) => candidate?.result === 'failed')
  expect(failed.length).toBeGreaterThan(10)
  expect(failed.every(({ route }) => route === 'app.users')).toBe(true)
  // What neither of the two has a route for does not count.
  const compared = records.filter(({ route }) => route !== null).length - failed.length
  expect(tally).toMatchObject({ compared, failed: failed.length, newlyPermitted: 0, newlyDenied: 0, other: 0 })
  // The log is not filled with it.
  expect(proxy.said().match(/cannot be compared/g)?.length).toBeLessThanOrEqual(20)

  await proxy.share({ parts: 10_000, services: null })
  expect(await send(proxy.port, agent, ask('/users/x', { sub: 'ann', groups: ['staff'] }))).toEqual([
    403,
    expect.stringContaining('decision-failed'),
  ])
  expect(await statusOf(proxy, ask('/open/x'))).toBe(200)
  const candidate = { decided: 2, refused: 1 }
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ failed: tally.failed + 1, candidate })
})

test('a candidate that makes nothing of a caller: the same', async () => {
  const proxy = await shared.take()
  const input = await candidateOf(policyOf(), (code) => code.replace('identity: 0, roles', 'identity: 7, roles'))
  expect(input.policy).toContain('identity: 7')
  expect(await proxy.begin(input)).toBeNull()
  const staff = ask('/users/x', { sub: 'ann', groups: ['staff'] })
  expect(await statusOf(proxy, staff)).toBe(200)
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ compared: 0, failed: 1, active: { decided: 1, refused: 0 } })
  await proxy.share({ parts: 10_000, services: null })
  expect(await send(proxy.port, agent, staff)).toEqual([500, expect.stringContaining('internal')])
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ failed: 2, candidate: { decided: 1, refused: 1 } })
  const records = await proxy.records(2)
  expect(records.map(({ effect, sequence, candidate }) => [effect, sequence, candidate?.result])).toEqual([
    ['permit', 1, 'failed'],
    ['reject', 1000, 'failed'],
  ])
})

test('a worker that is killed: the next one has the candidate and its share, and what was found is kept as far as it was heard', async () => {
  const proxy = await shared.take()
  const input = await candidateOf(policyOf({ users: RULES.users.replace('staff', 'guests') }))
  expect(await proxy.begin(input)).toBeNull()
  await proxy.share({ parts: 10_000, services: null })
  const staff = ask('/users/x', { sub: 'ann', groups: ['staff'] })
  for (let i = 0; i < 20; i++) expect(await statusOf(proxy, staff)).toBe(403)
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ newlyDenied: 20 })
  for (let round = 0; round < 2; round++) {
    // What it has found since it was asked last goes with it.
    await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ newlyDenied: 20 + 4 * round })
    await killOne(proxy)
    // Over connections of their own, in turns.
    for (let i = 0; i < 4; i++) expect((await send(proxy.port, new Agent(), staff))[0]).toBe(403)
  }
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ newlyDenied: 28, ended: null, candidate: { decided: 28 } })
})

test('a worker that is killed while all of them take a candidate: those that are there, and come up, have it', async () => {
  const proxy = await shared.take()
  const input = await candidateOf(policyOf({ users: RULES.users.replace('staff', 'guests') }))
  const staff = ask('/users/x', { sub: 'ann', groups: ['staff'] })
  for (let round = 0; round < KILLS; round++) {
    const begun = proxy.begin(input)
    await killOne(proxy)
    expect(await begun).toBeNull()
    await proxy.share({ parts: 10_000, services: null })
    for (let i = 0; i < 6; i++) expect((await send(proxy.port, new Agent(), staff))[0]).toBe(403)
    await proxy.end()
    for (let i = 0; i < 6; i++) expect((await send(proxy.port, new Agent(), staff))[0]).toBe(200)
  }
})

test('under load: a candidate that begins, grows and ends time after time is noticed by nobody, and no request is of two policies', async () => {
  const proxy = await shared.take()
  const input = await candidateOf(policyOf({ more: 'forbid some on app.users to user' }))
  const load = startLoad({ port: () => proxy.port, keepers: 4, openers: 1 })
  await load.more(50)
  for (let round = 0; round < ROUNDS; round++) {
    expect(await proxy.begin(input)).toBeNull()
    await load.more(20)
    await proxy.share({ parts: 5000, services: null })
    await load.more(20)
    await proxy.put('listed', [`somebody-${round}`])
    await load.more(20)
    if (round % 2 === 0) await proxy.end()
  }
  const seen = await load.stop()
  expect(seen.failed, JSON.stringify(seen.byOutcome)).toBe(0)
  const { revision } = (await proxy.active()) as { revision: string }
  for (const record of await proxy.records(seen.ok)) {
    const { candidate } = record
    expect(record.revision).toBe(candidate?.decidedByCandidate ? input.manifest.revision : revision)
    if (candidate !== undefined)
      expect(candidate.revision).toBe(candidate.decidedByCandidate ? revision : input.manifest.revision)
    expect(['same', undefined]).toContain(candidate?.result)
  }
})

test('data that do not fit the candidate are taken, and the candidate is over and says why', async () => {
  const proxy = await shared.take()
  expect(await proxy.put('listed', ['ann'])).toMatchObject({ kind: 'taken' })
  const numbers = policyOf({ listed: 'permit listed_in on app.listed to user when listed[?caller.sub].orValue(0) > 0' }).replace(
    'data listed: set<string>',
    'data listed: map<string, int>',
  )
  expect(await proxy.begin(await candidateOf(numbers))).toMatchObject({ kind: 'refused', code: 'data', pointer: '' })
  expect(await proxy.tally()).toBeNull()

  const few = policyOf().replace('data listed: set<string>', 'data listed: set<"ann" | "ben">')
  expect(await proxy.begin(await candidateOf(few))).toBeNull()
  await proxy.share({ parts: 10_000, services: null })
  expect(await statusOf(proxy, ask('/listed/x'))).toBe(200)
  expect(await proxy.put('listed', ['ben'])).toMatchObject({ kind: 'taken' })
  expect(await statusOf(proxy, ask('/listed/x'))).toBe(403)
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ ended: null, candidate: { decided: 2, refused: 1 } })
  expect(await proxy.put('listed', ['ann', 'cleo'])).toMatchObject({ kind: 'taken' })
  expect(await statusOf(proxy, ask('/listed/x', { sub: 'cleo' }))).toBe(200)
  await expect
    .poll(() => proxy.tally(), WAIT)
    .toMatchObject({ ended: { code: 'data', pointer: '/1' }, candidate: { decided: 2, refused: 1 } })
  expect(proxy.said()).toMatch(/the candidate was ended: .*listed/)
  const records = await proxy.records(3)
  expect(records.map(({ candidate }) => candidate?.decidedByCandidate)).toEqual([true, true, undefined])
  // A worker that comes up now has to do with it no more, and no share brings it back.
  await proxy.share({ parts: 10_000, services: null })
  await killOne(proxy)
  expect(await statusOf(proxy, ask('/listed/x', { sub: 'cleo' }))).toBe(200)
})

test('what is not what the compiler emits, does not go with the configuration, or cannot decide, is a candidate nowhere', async () => {
  const proxy = await shared.take()
  const strange = await candidateOf(policyOf(), (code) => `process.exit(1)\n${code}`)
  expect(await proxy.begin(strange)).toMatchObject({ code: 'module-whitelist' })
  const unbound = await candidateOf(
    policyOf({ more: 'service other at "other.test" { route all ANY "/{rest...}" }\npermit o on other.all to anyone' }),
  )
  expect(await proxy.begin(unbound)).toMatchObject({ code: 'bind' })
  const wrong = await candidateOf(policyOf(), (code) => code.replace(/(decide\$app\$open.*\n.*\n {2}return )\d+/, '$19999'))
  expect(await proxy.begin(wrong)).toMatchObject({ code: 'warm' })
  expect(await proxy.tally()).toBeNull()
  expect(await statusOf(proxy, ask('/open/x'))).toBe(200)
  expect((await proxy.pids()).length).toBe(2)
})

test('another policy is active: the candidate goes on beside it; the candidate is: it is over', async () => {
  const proxy = await startCandidate(live, policyOf())
  const next = policyOf({ users: RULES.users.replace('staff', 'guests') })
  expect(await proxy.begin(await candidateOf(next))).toBeNull()
  const release = async (policy: string, sequence: number) => {
    writeFileSync(join(live.stage.folder, proxy.bundle), await compilePolicy(policy, { signers: [testSigner], sequence }))
    await eventually(async () => ((await proxy.active())?.sequence === sequence ? true : undefined))
  }
  const staff = ask('/users/x', { sub: 'ann', groups: ['staff'] })
  expect(await statusOf(proxy, staff)).toBe(200)
  await release(policyOf({ users: RULES.users.replace('staff', 'nobody') }), 2)
  expect(await statusOf(proxy, staff)).toBe(403)
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ compared: 2, newlyDenied: 1, newlyPermitted: 0, other: 0 })
  await release(next, 3)
  expect(await proxy.tally()).toBeNull()
  expect(await statusOf(proxy, ask('/users/x', { sub: 'ann', groups: ['guests'] }))).toBe(200)
  const records = await proxy.records(3)
  expect(records.map(({ candidate }) => candidate?.result)).toEqual(['newlyDenied', 'same', undefined])
})

test('a body that was not read, and a caller whom nobody knows, are unknown, and never read or asked for', async () => {
  const proxy = await shared.take()
  const reading = policyOf({ more: 'permit written on app.noted to user when body.x > 3' }).replace(
    '  route found',
    '  route noted POST "/open/noted" body { x: int }\n  route fresh GET "/fresh"\n  route found',
  )
  expect(await proxy.begin(await candidateOf(`${reading}\npermit fresh on app.fresh to user`))).toBeNull()
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, rawBody: '{"x":4}' }
  expect(await statusOf(proxy, ask('/open/noted', { sub: 'ann' }, post))).toBe(200)
  // Not even JSON.
  expect(await statusOf(proxy, ask('/open/noted', { sub: 'ann' }, { ...post, headers: {} }))).toBe(200)
  const stranger = ask('/fresh', { sub: 'new' })
  expect(await statusOf(proxy, stranger)).toBe(403)
  expect(await statusOf(proxy, ask('/fresh', null))).toBe(403)
  const records = await proxy.records(4)
  expect(
    records.map(({ candidate }) => [candidate?.result, candidate?.decision?.effect ?? null, candidate?.decision?.reason ?? null]),
  ).toEqual([
    ['unknown', null, null],
    ['newlyDenied', 'reject', 'body-type'],
    ['unknown', null, null],
    ['other', 'unauthenticated', null],
  ])
  await expect.poll(() => proxy.tally(), WAIT).toMatchObject({ compared: 2, unknown: 2, newlyDenied: 1, other: 1 })
})

test('who has claims that only one of the two takes gains, or loses', async () => {
  const proxy = await shared.take()
  const lenient = policyOf()
    .replace('groups: set<string>', 'groups?: set<string>')
    .replaceAll('in caller.groups', 'in caller.?groups.orValue([])')
  const input = await candidateOf(lenient)
  expect(await proxy.begin(input)).toBeNull()
  const bare = ask('/open/x', { sub: 'ann', groups: undefined })
  expect(await send(proxy.port, agent, bare)).toEqual([401, expect.stringContaining('claims')])
  await proxy.share({ parts: 10_000, services: null })
  expect(await statusOf(proxy, bare)).toBe(200)
  const records = await proxy.records(2)
  expect(
    records.map(({ candidate, caller }) => [candidate?.decidedByCandidate, candidate?.result, caller?.subject ?? null]),
  ).toEqual([
    [false, 'newlyPermitted', null],
    [true, 'newlyPermitted', 'ann'],
  ])
})

test('what lasts is compared at its beginning', async () => {
  const proxy = await shared.take()
  expect(await proxy.begin(await candidateOf(policyOf({ users: RULES.users.replace('staff', 'guests') })))).toBeNull()
  const streams = await openStreams(proxy.port, '/users', live.bearer({ sub: 'ann', groups: ['staff'] }))
  await eventually(async () => ((await tallyOf(proxy)).newlyDenied === 3 ? true : undefined))
  for (const stream of streams) stream.close()
  const records = await proxy.records(3)
  expect(records.map(({ candidate }) => candidate?.result)).toEqual(['newlyDenied', 'newlyDenied', 'newlyDenied'])
  expect((await tallyOf(proxy)).compared).toBe(3)
})
