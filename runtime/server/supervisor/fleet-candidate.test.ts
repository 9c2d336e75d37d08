import { expect, test } from 'vitest'
import type { Log } from '../../base/log.ts'
import type { CandidateBundle, PolicyRefusal } from '../../policy/index.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { FleetCandidate } from './fleet-candidate.ts'
import type { WorkerProcess } from './worker-process.ts'

const log = { error: () => {}, warn: () => {}, info: () => {} } as unknown as Log
const check = { refusal: async () => null } as unknown as CodeCheck
const bundle = (revision: string) =>
  ({ manifest: { revision }, policy: '', validators: null, tests: 'T' }) as unknown as CandidateBundle

type Answer = { readonly refusal: PolicyRefusal | null } | null

/** Workers of which a test says what becomes of them, and of which there are always as many. */
function fleetOf(count: number, answer: (number: number, revision: string) => Promise<Answer> | Answer) {
  const fleet = new Set<WorkerProcess>()
  const candidates = new FleetCandidate(log, check, fleet)
  const told: string[] = []
  let least = count
  let lost = 0
  const come = async () => {
    const worker = {
      state: 'opened',
      candidate: null,
      ask: async () => null,
      try: async (number: number, { manifest, tests }: { manifest: { revision: string }; tests: string | null }) => {
        told.push(`try ${number}${tests === null ? '' : ' with tests'}`)
        return await answer(number, manifest.revision)
      },
      share: async (number: number, { parts }: { parts: number }) => void told.push(`share ${number} ${parts}`),
      untry: async (number: number) => void told.push(`untry ${number}`),
      kill() {
        lost++
        worker.state = 'gone'
        fleet.delete(worker as unknown as WorkerProcess)
        candidates.leave(worker as unknown as WorkerProcess)
        least = Math.min(least, fleet.size)
        setImmediate(() => void come())
      },
    }
    fleet.add(worker as unknown as WorkerProcess)
    await candidates.bring(worker as unknown as WorkerProcess)
    if (worker.state === 'opened') worker.state = 'ready'
    return worker as unknown as WorkerProcess
  }
  return { candidates, fleet, told, come, least: () => least, lost: () => lost }
}

async function fleetWith(count: number, answer: Parameters<typeof fleetOf>[1]) {
  const made = fleetOf(count, answer)
  for (let at = 0; at < count; at++) await made.come()
  return made
}

test.each([2, 3, 5])('what ends whoever takes it never ends the last of %i, and is refused for good', async (count) => {
  const { candidates, told, least, lost, fleet } = await fleetWith(count, () => null)
  expect(await candidates.begin(bundle('a'))).toMatchObject({ code: 'ends-workers' })
  expect([lost(), told.filter((one) => one.startsWith('try')).length]).toEqual([3, 3])
  expect(least()).toBeGreaterThanOrEqual(1)
  await new Promise(setImmediate)
  expect(fleet.size).toBe(count)
})

test('who comes in place of one that was lost is not brought it before another has taken it', async () => {
  let first = true
  const { candidates, told, fleet } = await fleetWith(2, () => {
    const isLost = first
    first = false
    return isLost ? null : { refusal: null }
  })
  expect(await candidates.begin(bundle('a'))).toBeNull()
  expect(told).toEqual(['try 1 with tests', 'try 1 with tests', 'try 1'])
  expect(fleet.size).toBe(2)
})

test('the only worker tries it once each time; three times in all', async () => {
  const { candidates } = await fleetWith(1, () => null)
  const codes: unknown[] = []
  for (let at = 0; at < 3; at++) {
    codes.push((await candidates.begin(bundle('a')))?.code)
    await new Promise(setImmediate)
  }
  expect(codes).toEqual(['worker', 'worker', 'ends-workers'])
  // Somebody may want it once more, and another one begins anew.
  expect((await candidates.begin(bundle('b')))?.code).toBe('worker')
})

test('the late end of one candidate does not touch the next one', async () => {
  let late: (answer: Answer) => void = () => {}
  let isLate = false
  const { candidates, told, come } = await fleetWith(1, (number) => {
    if (!isLate || number !== 1) return { refusal: null }
    isLate = false
    return new Promise((resolve) => {
      late = resolve
    })
  })
  expect(await candidates.begin(bundle('a'))).toBeNull()
  isLate = true
  const coming = come()
  await new Promise(setImmediate)
  expect(await candidates.begin(bundle('b'))).toBeNull()
  told.length = 0
  late({ refusal: { kind: 'refused', code: 'internal', message: 'the candidate ended before it started: try again' } })
  await coming
  expect(told).toEqual([])
  await candidates.share({ parts: 7, services: null })
  expect(told).toEqual(['share 2 7', 'share 2 7'])
})
