/** How work grows with sessions and revocations. In a file of its own, as counting steps slows all tests that run beside it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { manualClock } from '../../tests/support/identity.ts'
import { stepsOfAsync, stepsOfLongestTurn } from '../../tests/support/steps.ts'
import { OwnRevocations } from './revocation/own-revocations.ts'
import { newRevocation, type Revocation } from './revocation/revocation.ts'
import { RevocationLog } from './revocation/revocation-log.ts'
import { MemoryStore } from './sessions/memory-store.ts'

const MANY = 10_000

const clock = manualClock()
function revocation(subject: string): Revocation {
  const now = clock()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now })
}

test('a change is no more work among many than among few, and reading or writing all of them does not hold up the event loop', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-revocations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const keeper = await OwnRevocations.open(folder, clock)
  const change = (name: string) =>
    stepsOfAsync(async () => expect(await keeper.add([revocation(name)], null, 'operator')).toBe('added'))
  await change('first')
  const few = await change('second')
  for (let i = 0; i < MANY; i += 1000) {
    const thousand = Array.from({ length: 1000 }, (_, j) => revocation(`user ${i + j}`))
    await keeper.add(thousand, null, 'operator')
  }
  expect(await change('last')).toBeLessThan(2 * few)

  const { log } = await RevocationLog.open(folder)
  const reading = async () => (await RevocationLog.open(folder)).log.close()
  const writing = () => log.rewrite(keeper.live())
  for (const work of [reading, writing]) expect(await stepsOfLongestTurn(work)).toBeLessThan((await stepsOfAsync(work)) / 3)
  await log.close()
  await keeper.close()
})

const NOW = 1_000_000

test('a sign-in while the memory of sessions is full is no more work, however much is in it', async () => {
  async function steps(entries: number): Promise<number> {
    const store = new MemoryStore(() => NOW, { weight: 1000 * entries })
    const signIn = (subject: string, key: string) =>
      store.put(key, 'x'.repeat(200), {
        until: NOW + 3_600_000,
        groups: [{ name: `sessions of staff ${subject}`, most: 1000 }],
        owner: { identity: 'staff', subject },
      })
    for (let i = 0; i < entries; i++) await signIn(`u${i % (entries / 3)}`, `u${i}`)
    const taken = await stepsOfAsync(async () => {
      for (let i = 0; i < 1000; i++) await signIn('mallory', `m${i}`)
    })
    await store.close()
    return taken
  }
  await steps(600)
  expect(await steps(18_000)).toBeLessThan(2 * (await steps(1_800)))
})
