import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { bytesOf, FakeDirectory, FakeStore, FakeTrials, type Written } from '../../../tests/support/fake-rollout.ts'
import type { Tally } from '../candidate/candidate.ts'
import { countsOf, NOTHING_COUNTED, type StepCounts } from './counts.ts'
import { Rollout } from './rollout.ts'
import { DEFAULT_ROLLOUT, type RolloutConfig } from './rollout-config.ts'
import type { RolloutOptions } from './rollout-options.ts'
import type { RolloutEvent } from './rollout-status.ts'

const SECOND = 1000
const config: RolloutConfig = {
  ...DEFAULT_ROLLOUT,
  steps: [
    { parts: 0, time: 10 * SECOND },
    { parts: 100, time: 10 * SECOND },
    { parts: 5000, time: 10 * SECOND },
  ],
  requests: 100,
}
const ops = { by: 'token 1', source: null }

let now: number
let candidates: FakeTrials
let store: FakeStore
let directory: FakeDirectory
let events: string[]
let troubles: string[]

beforeEach(() => {
  now = 1_000_000
  candidates = new FakeTrials()
  store = new FakeStore()
  directory = new FakeDirectory()
  store.active = { revision: 'a', sequence: 1 }
  events = []
  troubles = []
})

/** Another one finds what the one before has noted, and new workers. */
function open(some: Partial<RolloutConfig> = {}, others: Partial<RolloutOptions> = {}): Rollout {
  return new Rollout({
    config: { ...config, ...some },
    store,
    candidates,
    directory,
    clock: () => now,
    onEvent: (event, asking) => events.push(`${told(event)}${asking === null ? '' : ` by ${asking.by}`}`),
    onTrouble: (message) => troubles.push(message),
    ...others,
  })
}

function told({ kind, revision, share: { parts, services, whole }, why }: RolloutEvent): string {
  const share = kind === 'canary' ? ` ${parts / 100}%${services ? ` of ${services}` : ''}${whole ? ` and ${whole}` : ''}` : ''
  return `${kind} ${revision}${share}${why ? ` (${why.code})` : ''}`
}

const b: Written = { revision: 'b', sequence: 2 }
const c: Written = { revision: 'c', sequence: 3 }

/** What is needed to pass a step. */
async function pass(rollout: Rollout): Promise<void> {
  now += 10 * SECOND
  candidates.count({ compared: 100 })
  candidates.decide(1)
  await rollout.look()
}

describe('what the source offers', () => {
  test('goes through all steps, and serves then', async () => {
    const rollout = open()
    expect(await rollout.offer(bytesOf(b))).toMatchObject({ kind: 'unchanged', revision: 'b' })
    expect((await rollout.status()).candidate).toMatchObject({
      revision: 'b',
      step: 1,
      steps: 3,
      waits: 'time',
      next: now + 10 * SECOND,
    })
    for (const share of [100, 5000]) {
      await pass(rollout)
      expect(candidates.on).toMatchObject({ revision: 'b', share: { parts: share } })
    }
    await pass(rollout)
    expect([store.active, candidates.on, directory.kept]).toEqual([b, null, null])
    expect(events).toEqual(['shadow b', 'canary b 1%', 'canary b 50%', 'promoted b'])
    expect(await rollout.status()).toEqual({
      candidate: null,
      last: { revision: 'b', sequence: 2, outcome: 'promoted', why: null, by: null, at: now },
    })
  })

  test('serves at once where there are no steps, or nothing that serves', async () => {
    await open({ steps: [] }).offer(bytesOf(b))
    expect([store.active, candidates.on]).toEqual([b, null])
    store.active = null
    await open().offer(bytesOf(c))
    expect([store.active, candidates.on]).toEqual([c, null])
  })

  test('offered again, goes on where it is', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    expect(await rollout.offer(bytesOf(b))).toMatchObject({ kind: 'unchanged' })
    expect((await rollout.status()).candidate).toMatchObject({ step: 2 })
    expect(events).toEqual(['shadow b', 'canary b 1%'])
  })

  test('takes the place of the candidate, from the first step; never one that is older', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    await rollout.offer(bytesOf(c))
    expect([candidates.on, events.at(-2)]).toEqual([{ revision: 'c', share: { parts: 0, services: null } }, 'ended b (replaced)'])
    expect(await rollout.offer(bytesOf(b))).toMatchObject({ kind: 'refused', code: 'sequence' })
    expect([candidates.on?.revision, store.turnedDown.map(({ code }) => code)]).toEqual(['c', ['sequence']])
  })

  test('may be taken back', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    expect(await rollout.offer(bytesOf({ revision: 'a', sequence: 1 }))).toMatchObject({ kind: 'unchanged', revision: 'a' })
    expect([candidates.on, events.at(-1)]).toEqual([null, 'ended b (withdrawn)'])
    await rollout.shadow(bytesOf(c), ops)
    // It was never there, what an operator has brought.
    await rollout.offer(bytesOf({ revision: 'a', sequence: 1 }))
    expect(candidates.on?.revision).toBe('c')
  })

  test('that no worker takes leaves a candidate what was', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    const begin = candidates.begin.bind(candidates)
    candidates.begin = async (bundle) => {
      if (bundle.manifest.revision === 'c') candidates.on = null
      return bundle.manifest.revision === 'c' ? { kind: 'refused', code: 'bind', message: 'no' } : await begin(bundle)
    }
    expect(await rollout.offer(bytesOf(c))).toMatchObject({ code: 'bind' })
    expect(candidates.on).toMatchObject({ revision: 'b', share: { parts: 100 } })
    expect(await rollout.status()).toMatchObject({ candidate: { step: 2, since: now } })
    expect(store.turnedDown).toMatchObject([{ code: 'bind' }])
  })

  test('is over when it expires, and when workers say so', async () => {
    const rollout = open()
    await rollout.offer(bytesOf({ ...b, expires: new Date(now + 5000).toISOString() }))
    await rollout.look()
    expect(rollout.isOn).toBe(true)
    now += 5000
    await rollout.look()
    expect([rollout.isOn, candidates.on, events.at(-1)]).toEqual([false, null, 'ended b (expired)'])
    await rollout.offer(bytesOf(c))
    candidates.tallied = { ...candidates.tallied, ended: { kind: 'refused', code: 'data', message: 'data `x` do not fit' } }
    await rollout.look()
    expect([rollout.isOn, events.at(-1), rollout.again()]).toEqual([false, 'ended c (data)', true])
  })
})

describe('where what serves has expired, so that nobody is let in', () => {
  beforeEach(() => {
    store.suspended = 'expired'
  })

  test('what the source offers serves at once, also beside a candidate of an operator with a higher sequence', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    expect([store.active, candidates.on, events]).toEqual([b, null, []])
    await rollout.shadow(bytesOf({ revision: 'd', sequence: 9 }), ops)
    store.suspended = 'expired'
    await rollout.offer(bytesOf(c))
    expect([store.active, candidates.on, events.at(-1)]).toEqual([c, null, 'ended d (overtaken)'])
  })

  test('the candidate does not wait for requests that cannot come', async () => {
    store.suspended = null
    const rollout = open({ promote: 'asked' })
    await rollout.offer(bytesOf(b))
    store.suspended = 'expired'
    store.refuses = { kind: 'refused', code: 'worker', message: 'no worker is there' }
    await rollout.look()
    expect((await rollout.status()).candidate).toMatchObject({ waits: 'refused', problem: { code: 'worker' } })
    store.refuses = null
    now += 60 * SECOND
    await rollout.look()
    expect([store.active, candidates.on, events.at(-1)]).toEqual([b, null, 'promoted b'])
  })

  test('but for what an operator leads, who is told; and never past a threshold', async () => {
    const rollout = open({ steps: [] })
    await rollout.shadow(bytesOf(b), ops)
    await rollout.look()
    expect([store.active?.revision, (await rollout.status()).candidate?.problem?.code]).toEqual(['a', 'expired'])
    candidates.count({ failed: 1 })
    await rollout.look()
    expect([store.active?.revision, events.at(-1)]).toEqual(['a', 'rolled-back b (failed)'])
  })
})

describe('it goes back by itself', () => {
  test('at once, holds what it has gone back from, and says why', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    candidates.count({ compared: 1000, newlyDenied: 60 })
    const hold = store.hold.bind(store)
    // A disk may take its time.
    store.hold = async (revision) => {
      expect(candidates.on).toBeNull()
      return await hold(revision)
    }
    await rollout.look()
    expect(troubles).toEqual([])
    expect([candidates.on, store.quarantined, store.active?.revision, directory.kept]).toEqual([null, 'b', 'a', null])
    expect(events.at(-1)).toBe('rolled-back b (refusals)')
    expect(await rollout.offer(bytesOf(b))).toMatchObject({ code: 'quarantined' })
    expect((await rollout.status()).last).toMatchObject({ outcome: 'rolled-back', why: { code: 'refusals' } })
  })

  test('measures each step by itself', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    candidates.count({ compared: 100_000 })
    now += 10 * SECOND
    await rollout.look()
    // Of all requests since the candidate began these are few.
    candidates.count({ compared: 1000, newlyDenied: 60 })
    await rollout.look()
    expect(events.at(-1)).toBe('rolled-back b (refusals)')
  })

  test('from a full disk, too: the share ends, and a restart does not bring it back', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    directory.isFull = true
    candidates.count({ failed: 1 })
    await rollout.look()
    expect([candidates.on, store.quarantined, rollout.isOn]).toEqual([null, 'b', false])
    expect(troubles).toHaveLength(1)
    const next = open()
    await next.resume()
    expect([candidates.on, next.isOn]).toEqual([null, false])
  })
})

test('what cannot be written as held is told as that, held all the same, and written later', async () => {
  const rollout = open()
  await rollout.offer(bytesOf(b))
  store.isFull = true
  expect(await rollout.rollBack(ops)).toMatchObject({
    code: 'state',
    message: expect.stringContaining('its quarantine cannot be saved in `bundle.state`'),
  })
  expect([candidates.on, store.quarantined, store.isWritten, troubles.length]).toEqual([null, 'b', false, 1])
  store.isFull = false
  now += 60 * SECOND
  await rollout.look()
  expect(store.isWritten).toBe(true)
})

describe('it stays where it is', () => {
  test('while there are too few requests, and says so', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    now += 1e9
    candidates.count({ compared: 99 })
    await rollout.look()
    expect((await rollout.status()).candidate).toMatchObject({ step: 1, waits: 'requests', counts: { compared: 99 } })
  })

  test('while the next step cannot be noted', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    directory.isFull = true
    await pass(rollout)
    await pass(rollout)
    expect(candidates.on?.share.parts).toBe(0)
    expect((await rollout.status()).candidate).toMatchObject({ step: 1, problem: { code: 'state' } })
    expect(troubles).toEqual([expect.stringContaining('ENOSPC')])
    directory.isFull = false
    await rollout.look()
    expect(candidates.on?.share.parts).toBe(100)
  })

  test('a bundle that cannot be kept is not tried', async () => {
    const rollout = open()
    directory.isFull = true
    expect(await rollout.offer(bytesOf(b))).toMatchObject({ kind: 'refused', code: 'state' })
    expect([candidates.on, rollout.isOn]).toEqual([null, false])
  })

  test('while only services that came before have decided something', async () => {
    const services = [{ name: 'site', labels: ['public'] }, { name: 'billing' }]
    const rollout = open({ order: [{ labels: ['public'], services: [] }] })
    await rollout.offer(bytesOf({ ...b, services }))
    for (let step = 0; step < 3; step++) await pass(rollout)
    expect(candidates.on?.share).toEqual({ parts: 100, services: null, whole: ['site'] })
    now += 1e9
    candidates.count({ compared: 1e6, candidate: { decided: 1e6, refused: 0 } })
    await rollout.look()
    expect((await rollout.status()).candidate).toMatchObject({ step: 4, waits: 'decided' })
    await pass(rollout)
    expect(candidates.on?.share.parts).toBe(5000)
  })

  test('where the next one cannot be kept: nothing is half done', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    const before = [directory.noted, directory.kept, [...events]]
    directory.isFull = true
    expect(await rollout.offer(bytesOf(c))).toMatchObject({ kind: 'refused', code: 'state' })
    expect(candidates.on).toEqual({ revision: 'b', share: { parts: 100, services: null } })
    expect((await rollout.status()).last).toBeNull()
    expect([directory.noted, directory.kept, events]).toEqual(before)
  })

  test('where it does not fit when it is to be promoted; it is tried again after a minute, or when data are others', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    for (let step = 0; step < 2; step++) await pass(rollout)
    store.refuses = { kind: 'refused', code: 'data', message: 'data `x` do not fit' }
    for (let times = 0; times < 3; times++) await pass(rollout)
    expect((await rollout.status()).candidate).toMatchObject({ step: 3, waits: 'refused', problem: { code: 'data' } })
    expect(troubles).toHaveLength(1)
    store.refuses = null
    await rollout.look()
    expect(store.active?.revision).toBe('a')
    rollout.again()
    await rollout.look()
    expect([store.active?.revision, rollout.isOn]).toEqual(['b', false])
  })

  test('where operators promote, until one does', async () => {
    const rollout = open({ promote: 'asked' })
    await rollout.offer(bytesOf(b))
    expect(await rollout.promote({ early: false }, ops)).toMatchObject({ code: 'not-passed' })
    for (let step = 0; step < 3; step++) await pass(rollout)
    now += 1e9
    await rollout.look()
    expect([(await rollout.status()).candidate?.waits, store.active?.revision]).toEqual(['asked', 'a'])
    expect(await rollout.promote({ early: false }, ops)).toBeNull()
    expect([store.active?.revision, events.at(-1)]).toEqual(['b', 'promoted b by token 1'])
  })

  test('where what was counted is gone: the step begins again', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    candidates.tallied = { ...candidates.tallied, compared: 50 }
    now += 10 * SECOND
    await rollout.look()
    candidates.count({ compared: 100 })
    await rollout.look()
    expect((await rollout.status()).candidate).toMatchObject({ step: 2, waits: 'time', since: now })
  })
})

describe('operators', () => {
  test('make a bundle the candidate, set shares, go back', async () => {
    const rollout = open({ steps: [] })
    for (const refused of [
      await rollout.shadow(null, ops),
      await rollout.canary({ parts: 1, labels: [], services: [] }, ops),
      await rollout.promote({ early: true }, ops),
    ])
      expect(refused).toMatchObject({ code: 'no-candidate' })
    expect(await rollout.rollBack(ops)).toBe(false)
    const services = [{ name: 'app', labels: ['public'] }, { name: 'other' }]
    expect(await rollout.shadow(bytesOf({ ...b, services }), ops)).toBeNull()
    expect(await rollout.shadow(bytesOf({ revision: 'a', sequence: 1 }), ops)).toMatchObject({ code: 'no-candidate' })
    expect(await rollout.canary({ parts: 300, labels: ['public'], services: [] }, ops)).toBeNull()
    expect(candidates.on?.share).toEqual({ parts: 300, services: ['app'] })
    for (const wanted of [
      { labels: ['secret'], services: [] },
      { labels: [], services: ['nobody'] },
    ])
      expect(await rollout.canary({ parts: 1, ...wanted }, ops)).toMatchObject({ code: 'no-service' })
    await pass(rollout)
    await pass(rollout)
    // Nothing goes on by itself.
    expect(candidates.on?.share.parts).toBe(300)
    expect(await rollout.shadow(null, ops)).toBeNull()
    expect(candidates.on?.share.parts).toBe(0)
    expect(await rollout.rollBack(ops)).toBe(true)
    expect([store.quarantined, candidates.on, events.at(-1)]).toEqual(['b', null, 'rolled-back b by token 1'])
  })

  test('cannot promote what has just gone too far', async () => {
    const rollout = open({ steps: [] })
    await rollout.shadow(bytesOf(b), ops)
    candidates.count({ failed: 1 })
    expect(await rollout.promote({ early: true }, ops)).toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining('failed'),
    })
    expect([store.active?.revision, store.quarantined]).toEqual(['a', 'b'])
  })
})

describe('a restart', () => {
  test('goes on with the step where it was, which begins again', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    now += 9 * SECOND
    candidates = new FakeTrials()
    const next = open()
    await next.resume()
    expect(candidates.on).toEqual({ revision: 'b', share: { parts: 100, services: null } })
    expect(await next.offer(bytesOf(b))).toMatchObject({ kind: 'unchanged' })
    expect((await next.status()).candidate).toMatchObject({ step: 2, since: now })
    expect(events.at(-1)).toBe('resumed b')
  })

  test('with other steps begins with the first of them', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    await pass(rollout)
    const next = open({ steps: config.steps.slice(0, 2) })
    await next.resume()
    expect([candidates.on?.share.parts, (await next.status()).candidate?.step]).toEqual([0, 1])
  })

  test('keeps what an operator has set', async () => {
    const rollout = open({ steps: [] })
    await rollout.shadow(bytesOf(b), ops)
    await rollout.canary({ parts: 700, labels: [], services: [] }, ops)
    candidates = new FakeTrials()
    const next = open()
    await next.resume()
    expect([candidates.on?.share.parts, (await next.status()).candidate]).toMatchObject([700, { step: null, by: 'token 1' }])
  })

  test('does not bring back what serves by now, is quarantined, or is another one', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    for (const [spoil, last] of [
      [() => Object.assign(store, { active: b }), 'promoted b'],
      [() => Object.assign(store, { quarantined: 'b' }), 'ended b (quarantined)'],
      [() => Object.assign(directory, { kept: bytesOf(c) }), 'ended b (state)'],
      [() => Object.assign(directory, { kept: null }), 'ended b (state)'],
    ] as const) {
      const kept = { noted: directory.noted, kept: directory.kept }
      const before = { active: store.active, quarantined: store.quarantined }
      spoil()
      candidates = new FakeTrials()
      const next = open()
      await next.resume()
      expect([candidates.on, next.isOn, events.at(-1)]).toEqual([null, false, last])
      Object.assign(directory, kept)
      Object.assign(store, before)
    }
  })

  describe('that cannot go on yet', () => {
    const PASSES = { kind: 'refused', code: 'worker', message: 'the process is told to end' } as const

    /** At the second step, in a process that does not get to it. */
    async function halted(): Promise<Rollout> {
      const rollout = open()
      await rollout.offer(bytesOf(b))
      await pass(rollout)
      candidates = new FakeTrials()
      candidates.refuses = PASSES
      const next = open()
      await next.resume()
      return next
    }

    test('keeps what was noted, and goes on a moment later, or after the next one', async () => {
      const next = await halted()
      expect([next.isOn, directory.noted.candidate?.step, directory.kept?.toString(), troubles.length]).toEqual([
        false,
        1,
        Uint8Array.from(bytesOf(b)).toString(),
        1,
      ])
      candidates.refuses = null
      await next.look()
      expect(candidates.on).toBeNull()
      now += 60 * SECOND
      await next.look()
      expect([candidates.on, events.at(-1)]).toEqual([{ revision: 'b', share: { parts: 100, services: null } }, 'resumed b'])
      candidates = new FakeTrials()
      const last = open()
      await last.resume()
      expect((await last.status()).candidate?.step).toBe(2)
    })

    test('goes on where it was as soon as the source offers it, and not where it has another one', async () => {
      const next = await halted()
      candidates.refuses = null
      expect(await next.offer(bytesOf(b))).toMatchObject({ kind: 'unchanged' })
      expect(candidates.on?.share.parts).toBe(100)
      const other = await halted()
      candidates.refuses = null
      await other.offer(bytesOf(c))
      expect([candidates.on?.revision, events.slice(-2)]).toEqual(['c', ['ended b (replaced)', 'shadow c']])
    })

    test('may be gone back from meanwhile', async () => {
      const next = await halted()
      expect(await next.rollBack(ops)).toBe(true)
      now += 60 * SECOND
      candidates.refuses = null
      await next.look()
      expect([candidates.on, store.quarantined, directory.noted.candidate]).toEqual([null, 'b', null])
    })

    test('is over where that does not pass', async () => {
      const next = await halted()
      for (let times = 0; times < 4; times++) {
        now += 60 * SECOND
        await next.look()
      }
      expect([events.at(-1), directory.noted.candidate]).toEqual(['ended b (worker)', null])
    })
  })

  test('while another configuration is tried, what the one before has done is heeded', async () => {
    const rollout = open()
    await rollout.offer(bytesOf(b))
    const theirs = candidates
    candidates = new FakeTrials()
    const next = open()
    await next.resume()
    await next.heed()
    expect(events).toEqual(['shadow b', 'resumed b'])
    const ours = candidates
    candidates = theirs
    await rollout.rollBack(ops)
    candidates = ours
    await next.heed()
    expect([ours.on, next.isOn, (await next.status()).last?.outcome]).toEqual([null, false, 'rolled-back'])
  })
})

describe('a candidate that ends by itself', () => {
  let asked: number
  const opened = () => {
    asked = 0
    return open({}, { onFree: () => asked++ })
  }

  test('says that what the source has does not serve, and has it asked again', async () => {
    const rollout = opened()
    await rollout.offer(bytesOf(b))
    candidates.tallied = { ...candidates.tallied, ended: { kind: 'refused', code: 'worker', message: 'workers end over it' } }
    await rollout.look()
    expect([candidates.on, store.differs, asked]).toEqual([null, 'worker', 0])
    now += 60 * SECOND
    for (let times = 0; times < 3; times++) await rollout.look()
    expect(asked).toBe(1)
    await rollout.offer(bytesOf(b))
    expect([candidates.on?.revision, store.differs]).toEqual(['b', null])
  })

  test('for one of an operator: the source is asked when that is over, however it ends', async () => {
    const rollout = opened()
    await rollout.offer(bytesOf(b))
    await rollout.shadow(bytesOf(c), ops)
    await rollout.look()
    expect([candidates.on?.revision, store.differs, asked]).toEqual(['c', 'replaced', 0])
    await rollout.rollBack(ops)
    await rollout.look()
    expect(asked).toBe(1)
  })

  test('asks for nothing that is quarantined, was taken back, or serves', async () => {
    const rollout = opened()
    for (const [written, end] of [
      [b, () => rollout.rollBack(ops)],
      [c, () => rollout.offer(bytesOf({ revision: 'a', sequence: 1 }))],
      [c, () => rollout.promote({ early: true }, ops)],
    ] as const) {
      await rollout.offer(bytesOf(written))
      expect(candidates.on?.revision).toBe(written.revision)
      await end()
      now += 60 * SECOND
      await rollout.look()
      expect([candidates.on, store.differs, asked]).toEqual([null, null, 0])
    }
  })
})

describe('a configuration that is only tried', () => {
  /** Beside the one that serves, with workers of its own. */
  async function tried(): Promise<{ readonly next: Rollout; readonly serving: Rollout; readonly theirs: FakeTrials }> {
    const serving = open()
    await serving.offer(bytesOf(b))
    await pass(serving)
    const theirs = candidates
    candidates = new FakeTrials()
    const next = open({}, { keeps: false, onFree: () => events.push('the source is asked') })
    await next.resume()
    return { next, serving, theirs }
  }
  const onDisk = () => [directory.noted, directory.kept?.toString()]

  test('writes nothing of what it does, and tells nothing', async () => {
    const { next } = await tried()
    const before = onDisk()
    const told = [...events]
    await next.offer(bytesOf(c))
    expect(candidates.on?.revision).toBe('c')
    await next.offer(bytesOf({ revision: 'a', sequence: 1 }))
    expect([candidates.on, onDisk(), events]).toEqual([null, before, told])
    candidates = new FakeTrials()
    candidates.refuses = { kind: 'refused', code: 'bind', message: 'the service `x` is not there' }
    const other = open({}, { keeps: false })
    await other.resume()
    expect([other.isOn, onDisk(), events]).toEqual([false, before, told])
  })

  test('writes and tells it once it counts, and goes on', async () => {
    const { next } = await tried()
    await next.offer(bytesOf(c))
    await next.keep()
    expect(directory.noted).toMatchObject({
      candidate: { revision: 'c', step: 0 },
      last: { revision: 'b', outcome: 'ended', why: { code: 'replaced' } },
    })
    expect([directory.kept, events.slice(2)]).toEqual([
      Uint8Array.from(bytesOf(c)),
      ['resumed b', 'ended b (replaced)', 'shadow c'],
    ])
    await next.heed()
    await pass(next)
    expect(directory.noted.candidate).toMatchObject({ revision: 'c', step: 1 })
  })

  test('goes on with what the other one has noted meanwhile, and has its source asked again', async () => {
    const { next, serving, theirs } = await tried()
    await next.offer(bytesOf(c))
    const ours = candidates
    candidates = theirs
    await serving.rollBack(ops)
    candidates = ours
    await next.keep()
    expect([candidates.on, directory.noted.last?.outcome, events.at(-1)]).toEqual([
      null,
      'rolled-back',
      'rolled-back b by token 1',
    ])
    expect((await next.status()).last).toMatchObject({ revision: 'b', outcome: 'rolled-back' })
    await next.look()
    expect(events.at(-1)).toBe('the source is asked')
  })

  test('from a full disk goes on with what is noted', async () => {
    const { next } = await tried()
    await next.offer(bytesOf(c))
    directory.isFull = true
    await next.keep()
    expect([candidates.on, troubles]).toEqual([
      { revision: 'b', share: { parts: 100, services: null } },
      [expect.stringContaining('ENOSPC')],
    ])
    expect(directory.kept).toEqual(Uint8Array.from(bytesOf(b)))
  })

  test('once it counts, the one before does not write over what it has a candidate', async () => {
    const { next, serving, theirs } = await tried()
    await next.offer(bytesOf(c))
    await next.keep()
    candidates = theirs
    await pass(serving)
    await serving.rollBack(ops)
    expect([directory.noted.candidate?.revision, directory.kept]).toEqual(['c', Uint8Array.from(bytesOf(c))])
  })
})

type Op =
  | { readonly kind: 'offer' | 'shadow'; readonly bundle: number }
  | {
      readonly kind: 'count'
      readonly some: Partial<Pick<Tally, 'compared' | 'newlyPermitted' | 'newlyDenied' | 'other' | 'failed'>>
      readonly decided: number
    }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'canary'; readonly parts: number }
  | { readonly kind: 'promote'; readonly early: boolean }
  /** All that a step takes. */
  | { readonly kind: 'pass' }
  | { readonly kind: 'look' | 'rollBack' | 'full' | 'restart' | 'misfit' }

const anyOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('offer', 'shadow'), bundle: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('count' as const),
      some: fc.record(
        {
          compared: fc.constantFrom(20, 60, 200),
          newlyPermitted: fc.constantFrom(0, 0, 0, 0, 1, 5),
          newlyDenied: fc.constantFrom(0, 0, 0, 0, 1, 9),
          other: fc.nat(9),
          failed: fc.constantFrom(...Array<number>(30).fill(0), 1),
        },
        { requiredKeys: ['compared'] },
      ),
      decided: fc.constantFrom(0, 0, 1),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(20) }) },
  { weight: 8, arbitrary: fc.constant({ kind: 'look' as const }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'pass' as const }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant('canary' as const), parts: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ kind: fc.constant('promote' as const), early: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('rollBack' as const, 'full' as const, 'restart' as const, 'misfit' as const) }),
    ),
  },
)

test('whatever happens: one candidate, shares one after the other, a promotion only of what has passed all steps, nothing past a threshold', async () => {
  const limits = { newlyPermitted: 300, newlyDenied: 400, other: null, refusals: 200, failed: 0, after: 100 }
  const seen = { promoted: 0, byItself: 0, back: 0, resumed: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(anyOp, { minLength: 20, maxLength: 80 }), async (all) => {
      now = 1_000_000
      candidates = new FakeTrials()
      directory = new FakeDirectory()
      events = []
      /** By whom something is asked at the moment, and by what the step is measured, kept apart from what is tested. */
      /** Thrown where workers are told, it would be taken for a trouble of theirs. */
      const wrong: string[] = []
      const must = (isSo: boolean, what: string) => void (isSo || wrong.push(what))
      let asked: 'nobody' | 'early' | 'operator' = 'nobody'
      let step = { at: -1, since: now, before: NOTHING_COUNTED }
      const window = (): StepCounts => {
        const counts = countsOf(candidates.tallied)
        return Object.fromEntries(
          Object.entries(counts).map(([key, value]) => [key, value - step.before[key as keyof StepCounts]]),
        ) as unknown as StepCounts
      }
      const isTooFar = ({ compared, newlyPermitted, newlyDenied, failed }: StepCounts, after: number) =>
        failed > 0 ||
        (compared >= after &&
          (newlyPermitted / compared > 0.03 || newlyDenied / compared > 0.04 || (newlyDenied - newlyPermitted) / compared > 0.02))
      const hasPassed = () => {
        const { compared, decided } = window()
        return now - step.since >= 10 * SECOND && compared >= 100 && (step.at === 0 || decided > 0) && !isTooFar(window(), 1)
      }
      store = new FakeStore((_, isPromoted) => {
        if (!isPromoted) return
        seen.promoted++
        if (asked === 'nobody' && step.at >= 0) seen.byItself++
        must(!isTooFar(window(), 100), 'promoted past a threshold')
        if (asked !== 'early' && step.at >= 0) must(step.at === 2 && hasPassed(), 'promoted without all steps')
      })
      store.active = { revision: 'a', sequence: 1 }
      // What is told to workers is what moves the step, as they see it.
      const watch = () => {
        const [begin, share] = [candidates.begin.bind(candidates), candidates.share.bind(candidates)]
        candidates.begin = async (bundle) => {
          const refused = await begin(bundle)
          step = { at: 0, since: now, before: NOTHING_COUNTED }
          return refused
        }
        candidates.share = async (to) => {
          const at = config.steps.findIndex(({ parts }) => parts === to.parts)
          if (asked === 'nobody' && !isResuming) must(at === step.at + 1 && hasPassed(), 'a step that was not passed')
          must((directory.noted.candidate?.share.parts ?? 0) >= to.parts, 'more than a restart would know of')
          step = {
            at: asked === 'operator' || directory.noted.candidate?.step === null ? -1 : at,
            since: now,
            before: isResuming ? NOTHING_COUNTED : countsOf(candidates.tallied),
          }
          await share(to)
        }
      }
      let isResuming = false
      watch()
      let rollout = open({ rollback: limits })
      for (const op of all) {
        asked = 'nobody'
        const tooFar = candidates.on !== null && isTooFar(window(), 100)
        switch (op.kind) {
          case 'offer':
            // What was a candidate is put back where another one is refused.
            isResuming = true
            await rollout.offer(bytesOf({ revision: `r${op.bundle}`, sequence: op.bundle }))
            isResuming = false
            break
          case 'shadow':
            asked = 'operator'
            isResuming = true
            await rollout.shadow(bytesOf({ revision: `r${op.bundle}`, sequence: op.bundle }), ops)
            isResuming = false
            break
          case 'count':
            if (candidates.on === null) break
            candidates.count(op.some)
            if (candidates.on.share.parts > 0) candidates.decide(op.decided)
            break
          case 'pass':
            await pass(rollout)
            break
          case 'wait':
            now += op.seconds * SECOND
            break
          case 'look':
            await rollout.look()
            if (tooFar) {
              seen.back++
              expect(candidates.on).toBeNull()
            }
            break
          case 'canary':
            asked = 'operator'
            await rollout.canary({ parts: op.parts, labels: [], services: [] }, ops)
            break
          case 'promote':
            asked = op.early ? 'early' : 'nobody'
            await rollout.promote(op, ops)
            if (tooFar) expect(candidates.on).toBeNull()
            break
          case 'rollBack': {
            const { on } = candidates
            await rollout.rollBack(ops)
            expect(candidates.on).toBeNull()
            if (on !== null) expect(store.quarantined).toBe(on.revision)
            break
          }
          case 'full':
            directory.isFull = !directory.isFull
            break
          case 'misfit':
            store.refuses = store.refuses === null ? { kind: 'refused', code: 'data', message: 'no' } : null
            break
          case 'restart': {
            const parts = candidates.on?.share.parts ?? 0
            candidates = new FakeTrials()
            watch()
            rollout = open({ rollback: limits })
            isResuming = true
            await rollout.resume()
            isResuming = false
            if (candidates.on !== null) {
              seen.resumed++
              expect(candidates.on.share.parts).toBeLessThanOrEqual(Math.max(parts, directory.noted.candidate?.share.parts ?? 0))
              expect(store.quarantined).not.toBe(candidates.on.revision)
            }
            break
          }
        }
        expect(wrong).toEqual([])
        const { candidate } = await rollout.status()
        expect(candidate?.revision ?? null).toBe(candidates.on?.revision ?? null)
        if (candidate !== null) expect(candidate.share).toEqual(candidates.on?.share)
        expect(candidates.on?.revision === store.active?.revision).toBe(false)
      }
    }),
    { numRuns: 400, seed: 11 },
  )
  // It is about something.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(10)
})
