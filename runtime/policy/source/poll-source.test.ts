import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type BundleSource, type SourceListener, SourceProblem } from './bundle-source.ts'
import { type PollRequest, type PollResult, pollSource } from './poll-source.ts'

const INTERVAL = 30_000
const WAIT = 20_000

/** What was asked, each with when, and what was told. */
let asked: {
  readonly at: number
  readonly tag: string | null
  readonly asking: PollRequest
  answer(with_: PollResult | Error): void
}[]
let told: string[]
let onBundle: () => 'again' | null
let source: BundleSource | undefined

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0)
  asked = []
  told = []
  onBundle = () => null
})

afterEach(async () => {
  await source?.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function start(wait = 0): void {
  const began = performance.now()
  const listener: SourceListener = {
    onBundle: async (bytes) => {
      told.push(Buffer.from(bytes).toString())
      return onBundle()
    },
    onSame: () => told.push('same'),
    onProblem: (code, message) => told.push(`${code}: ${message}`),
  }
  source = pollSource(
    {
      interval: INTERVAL,
      wait,
      ask: (tag, asking) =>
        new Promise((resolve, reject) => {
          asking.signal.addEventListener('abort', () => reject(asking.signal.reason as Error))
          asked.push({
            at: performance.now() - began,
            tag,
            asking,
            answer(answer) {
              asking.onAnswer()
              if (answer instanceof Error) reject(answer)
              else resolve(answer)
            },
          })
        }),
    },
    listener,
  )
}

const bundle = (text: string): PollResult => ({ kind: 'bundle', bytes: Buffer.from(text), tag: `tag of ${text}` })
const same = (text: string): PollResult => ({ kind: 'same', tag: `tag of ${text}` })

async function answer(with_: PollResult | Error): Promise<void> {
  asked.at(-1)?.answer(with_)
  await vi.advanceTimersByTimeAsync(0)
}

const questions = () => asked.map(({ at, tag }) => [Math.round(at), tag])

describe('a source that is asked', () => {
  it('at once, then after the interval for what is not the one that it has', async () => {
    start()
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(INTERVAL)
    await answer(same('a'))
    await vi.advanceTimersByTimeAsync(INTERVAL)
    expect(questions()).toEqual([
      [0, null],
      [30_000, 'tag of a'],
      [60_000, 'tag of a'],
    ])
    expect(told).toEqual(['a', 'same'])
  })

  it('a tenth less than that at most, so that many do not ask together', async () => {
    vi.mocked(Math.random).mockReturnValue(0.999)
    start()
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(INTERVAL * 0.9)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(INTERVAL * 0.01)
    expect(asked).toHaveLength(2)
  })

  it('tells each reason once, waits twice as long after each failure, and asks for all of it', async () => {
    start()
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(INTERVAL)
    for (const wait of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
      await answer(new SourceProblem('source-unreadable', '`u` answers 500'))
      await vi.advanceTimersByTimeAsync(wait)
    }
    await answer(bundle('b'))
    expect(told).toEqual(['a', 'source-unreadable: `u` answers 500', 'b'])
    const times = asked.map(({ at }) => Math.round(at) / 1000)
    expect(times).toEqual([0, 30, 31, 33, 37, 45, 61, 93, 153, 213])
    expect(asked.slice(2).every(({ tag }) => tag === null)).toBe(true)
    // The next failure begins anew.
    await vi.advanceTimersByTimeAsync(INTERVAL)
    await answer(new SourceProblem('source-missing', '`u` is not there (404)'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toHaveLength(12)
  })

  it('says what the network says, and that nothing was answered in time', async () => {
    start()
    await answer(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }))
    await vi.advanceTimersByTimeAsync(1000)
    await answer(new TypeError('fetch failed', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) }))
    await vi.advanceTimersByTimeAsync(2000)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.at(-1)?.asking.signal.aborted).toBe(true)
    expect(told).toEqual([
      'source-unreadable: the source cannot be read: connect ECONNREFUSED 127.0.0.1:1',
      'source-unreadable: the source cannot be read: ECONNREFUSED',
      'source-unreadable: `bundle.source` did not answer within 60 s: check its server and the network',
    ])
  })

  it('again for a bundle that was refused for what passes', async () => {
    onBundle = () => 'again'
    start()
    await answer(bundle('a'))
    onBundle = () => null
    await vi.advanceTimersByTimeAsync(1000)
    await answer(bundle('a'))
    expect(questions()).toEqual([
      [0, null],
      [1000, null],
    ])
    expect(told).toEqual(['a', 'a'])
  })
})

describe('told to look', () => {
  it('asks at once, for whatever there is, and once a second however often it is told', async () => {
    start()
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(5000)
    for (let round = 0; round < 500; round++) {
      source?.look()
      await vi.advanceTimersByTimeAsync(10)
      await answer(bundle('a'))
    }
    expect(asked.every(({ tag }) => tag === null)).toBe(true)
    expect(asked.length).toBeGreaterThanOrEqual(6)
    expect(asked.length).toBeLessThanOrEqual(7)
    expect(asked[1]?.at).toBeLessThan(5005)
  })

  it('while it asks: asks once more', async () => {
    start()
    source?.look()
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked).toHaveLength(1)
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(2)
  })

  it('does not wait out what follows a failure', async () => {
    start()
    for (const wait of [1000, 2000, 4000]) {
      await answer(new Error('x'))
      await vi.advanceTimersByTimeAsync(wait)
    }
    await answer(new Error('x'))
    await vi.advanceTimersByTimeAsync(2000)
    source?.look()
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(5)
  })
})

describe('a server that may wait', () => {
  it('is asked again as soon as it has waited, and not without end where it does not know how to', async () => {
    start(WAIT)
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(WAIT)
    await answer(same('a'))
    await vi.advanceTimersByTimeAsync(1)
    expect(questions()).toEqual([
      [0, null],
      [1000, 'tag of a'],
      [21_000, 'tag of a'],
    ])
    await answer(same('a'))
    await vi.advanceTimersByTimeAsync(INTERVAL - 2)
    expect(asked).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(2)
    expect(asked).toHaveLength(4)
  })

  it('is asked again soon after it has given one early', async () => {
    start(WAIT)
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(500)
    await answer(bundle('b'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(questions().at(-1)).toEqual([2500, 'tag of b'])
  })

  it('has its time beside the time for an answer, but for the first', async () => {
    start(WAIT)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual(['source-unreadable: `bundle.source` did not answer within 60 s: check its server and the network'])
    await vi.advanceTimersByTimeAsync(1000)
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(79_000)
    expect(told).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(told).toHaveLength(3)
  })

  it('is asked anew where somebody tells to look, unless it gives something by then', async () => {
    start(WAIT)
    await answer(bundle('a'))
    await vi.advanceTimersByTimeAsync(5000)
    source?.look()
    await vi.advanceTimersByTimeAsync(1)
    expect(questions().slice(1)).toEqual([
      [1000, 'tag of a'],
      [5001, null],
    ])
    await vi.advanceTimersByTimeAsync(2000)
    asked.at(-1)?.asking.onAnswer()
    source?.look()
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked).toHaveLength(3)
    await answer(bundle('b'))
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(4)
    expect(told).toEqual(['a', 'b'])
  })
})

it('is quiet after it is closed', async () => {
  start()
  await answer(bundle('a'))
  await vi.advanceTimersByTimeAsync(INTERVAL)
  const closed = source?.close()
  expect(asked.at(-1)?.asking.signal.aborted).toBe(true)
  await closed
  source?.look()
  await vi.advanceTimersByTimeAsync(10 * INTERVAL)
  expect(asked).toHaveLength(2)
  expect(told).toEqual(['a'])
})
