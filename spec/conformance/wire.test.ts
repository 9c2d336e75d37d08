/** Every case that a wire can carry, by the running proxy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Case, expected, readConstructs } from './cases.ts'
import { offWire, startWire, type Wire, type WireAnswer } from './wire.ts'

const constructs = readConstructs()
/** What cannot be put on a wire, by the rule in `offWire`, and how many of the cases that are. */
const OFF_WIRE = {
  'callers by another method than jwt': 22,
  'a source other than the loopback': 2,
  'what only a written request can have': 2,
  'an identity that nothing is configured for': 1,
  'claims that no token can have': 2,
}

/** Of a decision, as the client sees it; the service answers 200. */
const STATUS: Readonly<Record<string, number>> = { permit: 200, deny: 403, unauthenticated: 401 }

for (const construct of constructs) {
  const cases = construct.cases.filter((one) => offWire(one, construct) === null)
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

test('what cannot be put on a wire is exactly what the rule says', () => {
  const counts: Record<string, number> = {}
  let sent = 0
  for (const construct of constructs) {
    for (const one of construct.cases) {
      const rule = offWire(one, construct)
      if (rule === null) sent += 1
      else counts[rule] = (counts[rule] ?? 0) + 1
    }
  }
  console.log(`${sent} cases over the wire; not: ${JSON.stringify(counts, null, 2)}`)
  expect(counts).toEqual(OFF_WIRE)
})

/** What `eval` says of a permit in full, the audit record says in part: one rule that permits, and no errors. */
function expectAgreement({ status, code, record }: WireAnswer, one: Case): void {
  const want = expected(one)
  expect(record.effect).toBe(want.effect)
  // Node gives up on some requests before the proxy has seen them, and knows one reason.
  if (want.effect === 'reject' && code === 'request-malformed') expect({ status }).toEqual({ status: want.status })
  else if (want.effect === 'reject') expect({ status, code }).toEqual({ status: want.status, code: want.code })
  else
    expect({ status, route: record.route, reason: record.reason }).toEqual({
      status: STATUS[want.effect],
      route: want.route,
      reason: want.reason,
    })
  if (want.effect === 'permit') {
    expect(record.rules.length).toBe(1)
    expect(want.rules).toContain(record.rules[0])
  } else if (want.effect !== 'reject') {
    expect(record.rules).toEqual(want.rules)
    expect(record.errors).toEqual(want.errors)
  }
}
