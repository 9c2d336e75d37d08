/**
 * Cases that a wire can carry, by the running proxy: every other one of each folder, with IAP_FULL=1 all; and every policy that it refuses, by name.
 * `conformance.test.ts` has all of them without a wire.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SUPPORTED_NEEDS } from '../../runtime/policy/index.ts'
import { expected, readConstructs, type WireCase } from './cases.ts'
import { compiledOf, lackingNeeds, offWire } from './off-wire.ts'
import { sentBody, startWire, type Wire, type WireAnswer } from './wire.ts'

const constructs = readConstructs().map((construct) => ({ construct, lacking: lackingNeeds(construct) }))
/** Policies that ask for what this version of the proxy cannot do. Each is refused, by name. */
const REFUSED: Readonly<Record<string, string>> = {}
/** All that a policy can ask for, and this version of the proxy lacks. */
const LACKING: readonly string[] = []
/** What else cannot be put on a wire, by the rule in `offWire`, and how many of the cases that are. */
const OFF_WIRE = {
  'what only a written request can have': 48,
  'the certificate of a connection': 17,
  'a caller by its certificate': 23,
  'how a key has signed in': 1,
  'a time between two milliseconds': 8,
  'an identity that nothing is configured for': 1,
  'claims that no token can have': 5,
}

const EVERY = process.env.IAP_FULL === '1' ? 1 : 2

/** Of a decision, as the client sees it; the service answers 200. */
const STATUS: Readonly<Record<string, number>> = { permit: 200, deny: 403, unauthenticated: 401, challenge: 401 }

for (const { construct, lacking } of constructs) {
  if (lacking.length > 0) {
    test(`${construct.name} is refused by name: ${lacking.join(', ')}`, async () => {
      const names = lacking.map((need) => `\`${need}\``).join(', ')
      await expect(startWire(construct)).rejects.toThrow(`(needs): the policy needs ${names}, which this runtime does not have`)
    })
    continue
  }
  const carried = construct.cases.filter((one) => offWire(one, construct, lacking) === null)
  const cases = [...carried.filter((_, at) => at % EVERY === 0), ...construct.wireCases]
  if (cases.length === 0) continue
  describe(construct.name, () => {
    let wire: Wire
    beforeAll(async () => {
      wire = await startWire(construct)
    })
    afterAll(() => wire.close())
    test.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
      expectAgreement(await wire.send(one.request), one)
    })
  })
}

test('what cannot be put on a wire is exactly what the rules say', () => {
  const counts: Record<string, number> = {}
  let [sent, refused] = [0, 0]
  for (const { construct, lacking } of constructs) {
    for (const one of construct.cases) {
      const rule = offWire(one, construct, lacking)
      if (rule === null) sent += 1
      else if (rule === 'a policy that the proxy refuses') refused += 1
      else counts[rule] = (counts[rule] ?? 0) + 1
    }
  }
  console.log(`${sent} cases over the wire, ${refused} of refused policies; not: ${JSON.stringify(counts)}`)
  const named = constructs.flatMap(({ construct, lacking }) => (lacking.length > 0 ? [[construct.name, lacking.join(', ')]] : []))
  expect(Object.fromEntries(named)).toEqual(REFUSED)
  expect(counts).toEqual(OFF_WIRE)
  // Whatever a policy can ask for is seen to be carried out, or seen to be refused.
  const needed = (isRefused: boolean) => {
    const these = constructs.filter(({ lacking }) => lacking.length > 0 === isRefused)
    return new Set(these.flatMap(({ construct, lacking }) => (isRefused ? lacking : compiledOf(construct).needs)))
  }
  // Of a bundle, and of no policy: `tests/live/expiry.test.ts`.
  expect(new Set([...needed(false), 'expiry'])).toEqual(SUPPORTED_NEEDS)
  expect([...needed(true)].sort()).toEqual(LACKING)
  expect(sent / (sent + refused)).toBeGreaterThan(0.75)
})

function expectAgreement(answer: WireAnswer, one: WireCase): void {
  const { status, code, record, served } = answer
  const want = expected(one)
  expect(record.effect).toBe(want.effect)
  // Node gives up on some requests before the proxy has seen them, and knows one reason.
  if (want.effect === 'reject' && code === 'request-malformed') expect({ status }).toEqual({ status: want.status })
  // A token without a subject that is a text is refused as a token (RFC 9068, section 2.2), before its claims are looked at.
  else if (want.code === 'claims' && code === 'claim-missing') expect({ status }).toEqual({ status: want.status })
  else if (want.effect === 'reject') expect({ status, code }).toEqual({ status: want.status, code: want.code })
  else
    expect({ status, route: record.route, reason: record.reason, challenge: record.challenge, shadow: record.shadow }).toEqual({
      status: STATUS[want.effect],
      route: want.route,
      reason: want.reason,
      challenge: want.challenge,
      shadow: want.shadow,
    })
  if (want.effect === 'permit') expectPermitted(answer, one)
  else expect(served).toBeNull()
  if (want.effect === 'challenge') expect(answer.challenge).toContain('error="insufficient_user_authentication"')
}

/** What `eval` says of a permit in full, the audit record says in part: one rule that permits, the names of what it obliges to, and no errors. */
function expectPermitted({ record, served }: WireAnswer, one: WireCase): void {
  const { rules, obligations } = expected(one)
  expect(record.rules.length).toBe(1)
  expect(rules).toContain(record.rules[0])
  expect(record.obligations.headers).toEqual(Object.keys(obligations.headers).sort())
  expect(record.obligations.limits).toEqual(obligations.limits.map(({ rule }) => rule))
  expect(served?.headers).toMatchObject(obligations.headers)
  expect(served?.body).toBe(sentBody(one.request))
}
