import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../runtime/server/doctor/index.ts'
import type { DoctorCase } from './doctor-case.ts'
import { issuerCases } from './issuer-cases.ts'
import { ownCases } from './own-cases.ts'
import { anIssuer, setUp } from './set-up.ts'

test('a deployment that works has no problem', async () => {
  const { doctor } = await setUp(await anIssuer(), {})
  const { code, checks } = await doctor()
  expect([code, checks.filter(({ result }) => result === 'problem' || result === 'warning')]).toEqual([0, []])
})

describe.each([
  ['issuers', issuerCases],
  ['its own files and servers', ownCases],
])('%s', (_, cases) => {
  test.each(cases)('$name', async (one) => {
    const issuer = await anIssuer()
    const { folder, doctor } = await setUp(issuer, await one.make(issuer))
    for (const [name, mode] of Object.entries(one.modes ?? {})) chmodSync(join(folder, name), mode)
    expectResult(one, await doctor(...(one.words ?? [])))
  })
})

/** The result names the cause and what to change, and no other place is blamed. */
function expectResult(
  { result, place, message, advice, also = [] }: DoctorCase,
  { code, checks }: { readonly code: number | null; readonly checks: readonly Diagnosis[] },
): void {
  const blamed = checks.filter((one) => one.result === 'problem' || one.result === 'warning')
  expect(blamed).toContainEqual({
    check: expect.any(String),
    place: expect.stringMatching(new RegExp(`${place.replace(/[[\].]/g, '\\$&')}$`)),
    result,
    message: expect.stringMatching(message),
    advice: expect.stringMatching(advice),
  })
  const others = blamed.filter((one) => !one.place.endsWith(place) && !also.includes(one.place))
  expect([code, others]).toEqual([result === 'problem' ? 1 : 0, []])
}
