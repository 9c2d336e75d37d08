/** A candidate in two workers, compared alone: what it decides otherwise is found, to the request, and each answer is what it is without. */
import { Agent } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, type InstantiateInput, instantiate, type Policy, type Tally } from '../../runtime/policy/index.ts'
import { differenceBetween, policyOf, RULES, type Rules, sendAll, type Traffic, trafficOf } from './candidate-traffic.ts'
import { candidateOf, startCandidate } from './start-candidate.ts'
import { type Live, openLive } from './start-live.ts'

const REQUESTS = process.env.IAP_FULL === '1' ? 3000 : 60
const LISTED = ['ann', 'cleo']

const agent = new Agent({ keepAlive: true, maxSockets: 8 })
let live: Live

beforeAll(async () => {
  live = await openLive()
})
afterAll(async () => {
  agent.destroy()
  await live?.close()
})

const start = async () => {
  const proxy = await startCandidate(live, policyOf())
  await proxy.put('listed', LISTED)
  return proxy
}

/** With the data that the proxy has. */
function withData(input: InstantiateInput): Policy {
  const policy = instantiate(input)
  const prepared = policy.prepare({ listed: LISTED }, policy.data)
  if (!prepared.ok) throw new Error(prepared.message)
  return policy.over(prepared.data, {})
}

const indexOf = (path: string | null) => Number(path?.split('/')[2])

/** One rule is otherwise. `none`: and nothing is decided otherwise for that. */
const CHANGES: readonly (readonly [name: string, rules: Partial<Rules>, none?: true])[] = [
  ['nothing', {}, true],
  ['another group', { users: RULES.users.replace('staff', 'guests') }],
  ['one permit more that asks for less', { more: 'permit also on app.users to user when "staff" in caller.groups' }],
  ['one permit more that says the same', { more: 'permit also on app.listed to user when caller.sub in listed' }, true],
  ['a forbid more', { more: 'forbid no_ben on app.users, app.listed when caller is user && caller.sub == "ben"' }],
  ['no permit', { listed: '' }],
  ['another threshold in the body', { posted: RULES.posted.replace('3', '5') }],
  ['another header for the service', { users: RULES.users.replace('"1"', '"2"') }],
  ['another limit', { users: RULES.users.replace('100000', '100001') }],
  ['another name', { listed: RULES.listed.replace('listed_in', 'named') }],
  ['another name that says what it was', { listed: `@was("listed_in")\n${RULES.listed.replace('listed_in', 'named')}` }, true],
  ['a second factor', { listed: `${RULES.listed} require mfa` }],
  ['everybody who is known', { users: 'permit users_in on app.users to user' }],
  ['everybody', { more: 'permit all on app.listed to anyone' }],
]

test(`one rule is otherwise: of ${CHANGES.length} policies, each under ${REQUESTS} requests, exactly what differs is found`, async () => {
  const proxy = await start()
  const active = withData(await candidateOf(policyOf()))
  let answered = 0
  for (const [at, [name, rules, none]] of CHANGES.entries()) {
    const input = await candidateOf(policyOf(rules))
    const candidate = withData(input)
    const traffic = trafficOf(live, REQUESTS, at)
    // Who is known by then is known to the next candidate, too: requests that no route has are looked at as well.
    await proxy.end()
    const before = await sendAll(proxy.port, agent, traffic)
    answered += REQUESTS
    expect(await proxy.begin(input), name).toBeNull()
    const during = await sendAll(proxy.port, agent, traffic)
    answered += REQUESTS
    expect(
      during.map(([status]) => status),
      name,
    ).toEqual(before.map(([status]) => status))

    // What neither of the two has a route for does not count.
    const answersTo = (asked: EvalRequest) => [active, candidate].map((one) => evaluate(one, asked, { data: one.data }))
    const compared = traffic.filter(({ asked }) => answersTo(asked).some(({ reason }) => reason !== 'no-route')).length
    expect(compared, name).toBeGreaterThan(REQUESTS / 2)
    // Each worker writes when it does.
    const records = (await proxy.records(answered)).filter(({ candidate }) => candidate?.revision === input.manifest.revision)
    expect(records.length, name).toBe(REQUESTS)
    const differ: string[] = []
    for (const record of records) {
      const { asked } = traffic[indexOf(record.path)] as Traffic
      const [is, wouldBe] = answersTo(asked) as [EvalAnswer, EvalAnswer]
      const kind = differenceBetween(is, wouldBe, candidate.namesOf)
      const about = `${name}: ${asked.method} ${asked.url}`
      expect(record.effect, about).toBe(is.effect)
      expect(record.candidate, about).toMatchObject({
        revision: input.manifest.revision,
        decidedByCandidate: false,
        result: kind ?? 'same',
      })
      if (kind === null) continue
      const { effect, rules: named, code, reason } = wouldBe
      expect(record.candidate?.decision, about).toMatchObject({ effect, reason: code ?? reason })
      expect(named, about).toEqual(expect.arrayContaining([...(record.candidate?.decision?.rules ?? [])]))
      differ.push(`${is.route ?? record.route} ${kind} ${is.effect} ${effect} ${record.candidate?.decision?.rules[0] ?? null}`)
    }
    expect(differ.length > 0, name).toBe(none === undefined)

    const tally = (await proxy.tally()) as Tally
    expect(tally, name).toMatchObject({ compared, failed: 0, unknown: 0, skipped: 0, unlisted: 0, ended: null })
    expect(tally.active.decided, name).toBe(REQUESTS)
    expect(tally.newlyPermitted + tally.newlyDenied + tally.other, name).toBe(differ.length)
    const listed = tally.differences.flatMap(({ route, kind, active: a, candidate: c, count, samples }) => {
      expect(samples.length, name).toBe(Math.min(count, 5))
      return Array.from({ length: count }, () => `${route} ${kind} ${a.effect} ${c.effect} ${c.rule}`)
    })
    expect(listed.sort(), name).toEqual(differ.sort())
  }
}, 600_000) // The full size takes longer than the default time-out.
