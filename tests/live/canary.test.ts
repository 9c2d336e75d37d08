/** A candidate that decides for real for a share of subjects: two workers, two proxies, and each subject on its side. In the full size 20,000 of them. */
import { Agent } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partOf } from '../../runtime/policy/candidate/rollout-candidate.ts'
import type { Tally } from '../../runtime/policy/index.ts'
import { eventually } from '../support/until.ts'
import { policyOf, RULES, send, sendAll, type Traffic } from './candidate-traffic.ts'
import { candidateOf, shareCandidate, startCandidate } from './start-candidate.ts'
import { type Live, openLive, openStreams } from './start-live.ts'

const FULL = process.env.IAP_FULL === '1'
const SUBJECTS = FULL ? 20_000 : 100

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
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

/** Lets in guests where the active one lets in staff. */
const CANDIDATE = policyOf({ users: RULES.users.replace('staff', 'guests') })

const ask = (path: string, sub: string, groups: readonly string[] = ['staff']): Traffic => ({
  asked: { method: 'GET', url: `http://app.test${path}`, headers: {} },
  bearer: live.bearer({ sub, groups }),
})

test(`of ${SUBJECTS} subjects each is on its side, in both workers and on another proxy, and stays there when the share grows`, async () => {
  const [one, other] = [await shared.take(), await startCandidate(live, policyOf(), 1)]
  const input = await candidateOf(CANDIDATE)
  const { revision } = input.manifest
  const subjects = Array.from({ length: SUBJECTS }, (_, at) => `subject-${at}`)
  const traffic = subjects.map((sub) => ask('/users/x', sub))
  const isIn = (sub: string, parts: number) => partOf(revision, ['user', 'subject', sub]) < parts
  const outcomes = async (proxy: typeof one) => (await sendAll(proxy.port, agent, traffic)).map(([status]) => status)
  const expected = (parts: number) => subjects.map((sub) => (isIn(sub, parts) ? 403 : 200))

  for (const proxy of [one, other]) {
    expect(await proxy.begin(input)).toBeNull()
    await proxy.share({ parts: 1000, services: ['app'] })
  }
  // Over connections that are kept, and new ones: which worker it is does not matter.
  for (let round = 0; round < 2; round++) expect(await outcomes(one)).toEqual(expected(1000))
  expect(await outcomes(other)).toEqual(expected(1000))
  const share = subjects.filter((sub) => isIn(sub, 1000)).length / SUBJECTS
  console.log(`10 % of ${SUBJECTS} subjects: ${(share * 100).toFixed(2)} %`)
  if (FULL) {
    expect(share).toBeGreaterThan(0.09)
    expect(share).toBeLessThan(0.11)
  }

  const within = share * SUBJECTS * 2
  const records = await one.records(2 * SUBJECTS)
  const tally = (await one.tally()) as Tally
  expect(tally).toMatchObject({
    candidate: { decided: within, refused: within },
    active: { decided: 2 * SUBJECTS - within, refused: 0 },
  })
  // What the active one would have decided is compared, too.
  expect([tally.newlyDenied, tally.newlyPermitted, tally.other, tally.failed]).toEqual([2 * SUBJECTS, 0, 0, 0])
  for (const { caller, revision: by, candidate } of records)
    expect([by === revision, candidate?.decidedByCandidate]).toEqual([
      isIn(caller?.subject ?? '', 1000),
      isIn(caller?.subject ?? '', 1000),
    ])
  expect(new Set(records.map(({ revision: by }) => by)).size).toBe(2)

  await one.share({ parts: 2500, services: null })
  expect(await outcomes(one)).toEqual(expected(2500))
  expect(subjects.every((sub) => !isIn(sub, 1000) || isIn(sub, 2500))).toBe(true)
  await one.share({ parts: 0, services: null })
  expect(await outcomes(one)).toEqual(expected(0))
  await one.share({ parts: 10_000, services: null })
  expect(await outcomes(one)).toEqual(expected(10_000))
  await one.share({ parts: 10_000, services: ['another'] })
  expect(await outcomes(one)).toEqual(expected(0))
  await one.end()
  expect(await one.tally()).toBeNull()
  expect(await outcomes(one)).toEqual(expected(0))
}, 1_200_000) // The full size takes longer than the default time-out.

test('the body, the obligations and the route are those of the policy that decides; who is anonymous is on a side by the address', async () => {
  const proxy = await shared.take()
  const more = 'permit new on app.fresh to anyone'
  const fresh = policyOf({ posted: 'permit posts on app.posted to user when body.x > 5', more }).replace(
    '  route found',
    '  route fresh  GET "/fresh/{rest...}"\n  route found',
  )
  const input = await candidateOf(fresh)
  expect(await proxy.begin(input)).toBeNull()
  const nobody: Traffic = { asked: { method: 'GET', url: 'http://app.test/fresh/x', headers: {} }, bearer: null }
  expect((await send(proxy.port, agent, nobody))[0]).toBe(403)
  const posted: Traffic = {
    asked: {
      method: 'POST',
      url: 'http://app.test/posted/x',
      headers: { 'content-type': 'application/json' },
      rawBody: '{"x":4}',
    },
    bearer: live.bearer({ sub: 'ann' }),
  }
  expect((await send(proxy.port, agent, posted))[0]).toBe(200)
  await proxy.share({ parts: 10_000, services: null })
  expect((await send(proxy.port, agent, nobody))[0]).toBe(200)
  expect((await send(proxy.port, agent, posted))[0]).toBe(403)
  // Of what is in none of its parts.
  const part = partOf(input.manifest.revision, ['', '127.0.0.1'])
  await proxy.share({ parts: part, services: null })
  expect((await send(proxy.port, agent, nobody))[0]).toBe(403)
  await proxy.share({ parts: part + 1, services: null })
  expect((await send(proxy.port, agent, nobody))[0]).toBe(200)
  const records = await proxy.records(6)
  expect(records.map(({ candidate }) => [candidate?.decidedByCandidate, candidate?.result])).toEqual([
    [false, 'newlyPermitted'],
    [false, 'newlyDenied'],
    [true, 'newlyPermitted'],
    [true, 'newlyDenied'],
    [false, 'newlyPermitted'],
    [true, 'newlyPermitted'],
  ])
  expect(records[2]).toMatchObject({ route: 'app.fresh', revision: input.manifest.revision, sequence: 1000 })
})

test('what lasts stays on its side, and is decided again when the side is another', async () => {
  const proxy = await shared.take()
  const input = await candidateOf(CANDIDATE)
  const isIn = (sub: string) => partOf(input.manifest.revision, ['user', 'subject', sub]) < 5000
  const names = Array.from({ length: 100 }, (_, at) => `s${at}`)
  const inside = names.find(isIn) as string
  const outside = names.find((sub) => !isIn(sub)) as string
  expect(await proxy.begin(input)).toBeNull()
  await proxy.share({ parts: 5000, services: null })
  const guest = await openStreams(proxy.port, '/users', live.bearer({ sub: inside, groups: ['guests'] }))
  const staff = await openStreams(proxy.port, '/users', live.bearer({ sub: outside, groups: ['staff'] }))
  let ended = 0
  for (const stream of [...guest, ...staff]) void stream.ended.then(() => ended++)
  // Both are decided again by the policy that is theirs, which lets both go on.
  await proxy.put('listed', ['somebody'])
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(ended).toBe(0)
  await proxy.end()
  await Promise.all(guest.map((stream) => stream.ended))
  expect(ended).toBe(3)
  const cut = await eventually(async () => {
    const found = (await proxy.records(0)).filter(({ code }) => code === 'policy-changed')
    return found.length === 3 ? found : undefined
  })
  for (const record of cut)
    expect(record).toMatchObject({
      revision: input.manifest.revision,
      candidate: { decidedByCandidate: true, result: 'newlyPermitted' },
    })
  for (const stream of staff) stream.close()
})
