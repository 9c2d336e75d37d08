import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createLog } from '../../../base/log.ts'
import { LEARNED_EACH, type Learned, NOTHING_LEARNED, readLearned } from '../../../proxy/discovery/index.ts'
import { SharedLearning } from './shared-learning.ts'

let folder: string
let file: string
const said: string[] = []
const log = createLog((line) => said.push(line))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-learn-'))
  file = join(folder, 'learned.json')
  said.length = 0
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
    rmSync(folder, { recursive: true, force: true })
  })
})

const asked = (count: number): Learned => ({
  ...NOTHING_LEARNED,
  unrouted: [{ host: 'a.test', method: 'GET', template: '/a', count, callers: { anonymous: count } }],
})
/** A worker that tells that when it is asked. */
function workerOf(tells: () => Learned | null) {
  const worker = {
    learned: NOTHING_LEARNED as Learned,
    ask: async () => {
      worker.learned = tells() ?? worker.learned
      return worker.learned
    },
  }
  return worker
}
const count = () => readLearned(readFileSync(file, 'utf8'))?.unrouted[0]?.count

test('workers are asked now and then; one that does not answer has what it told last, and one that is gone too', async () => {
  let told: Learned | null = asked(1)
  const workers = [workerOf(() => told), workerOf(() => asked(10))]
  const learning = new SharedLearning(log, () => [{ file, workers }])
  learning.open(file)
  learning.open(file)
  expect(existsSync(file)).toBe(false)
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(count()).toBe(11)
  told = asked(2)
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(count()).toBe(12)
  told = null
  const [, second] = workers
  learning.forget(file, asked(15))
  workers.pop()
  expect(second?.learned).toEqual(asked(10))
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(count()).toBe(17)
  learning.forget(file, asked(5))
  workers.pop()
  learning.close()
  expect(count()).toBe(20)
  await vi.advanceTimersByTimeAsync(10 * LEARNED_EACH)
  expect([count(), said]).toEqual([20, []])
})

test('what was there is added to, and counted once', async () => {
  const first = new SharedLearning(log, () => [])
  first.open(file)
  first.forget(file, asked(3))
  first.close()
  const workers = [workerOf(() => asked(4))]
  const next = new SharedLearning(log, () => [{ file, workers }])
  next.open(file)
  for (let at = 0; at < 3; at++) await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(count()).toBe(7)
  next.close()
})

test('of a configuration that was not taken nothing is left', () => {
  const learning = new SharedLearning(log, () => [])
  learning.open(file)
  learning.open(null)
  learning.forget(null, asked(1))
  learning.close()
  expect(existsSync(file)).toBe(false)
})

test('what cannot be read or written is told at the start', () => {
  const learning = new SharedLearning(log, () => [])
  const tried = (path: string) => () => learning.open(path)
  expect(tried(join(folder, 'none', 'x.json'))).toThrow(/^`learn`: `.*` cannot be written: ENOENT/)
  expect(tried(folder)).toThrow(/^`learn`: EISDIR/)
  for (const text of ['', '{}', 'a: 1', '{"kind":"iap-learned","version":2,"routes":[],"unrouted":[],"beyond":0}']) {
    writeFileSync(file, text)
    expect(tried(file)).toThrow('holds something else than what a proxy has learned, and is left alone')
    expect(readFileSync(file, 'utf8')).toBe(text)
  }
  learning.close()
})

test('what somebody else has put there meanwhile is left alone', async () => {
  const workers = [workerOf(() => asked(1))]
  const learning = new SharedLearning(log, () => [{ file, workers }])
  learning.open(file)
  // Such as an audit log, which is opened later.
  writeFileSync(file, '')
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  writeFileSync(file, '{"version":2,"method":"GET"}\n')
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(readFileSync(file, 'utf8')).toBe('{"version":2,"method":"GET"}\n')
  expect(said).toEqual(Array(2).fill(expect.stringMatching(/cannot be written: `learn`: `.*` holds something else/)))
  rmSync(file)
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(count()).toBe(1)
  writeFileSync(file, 'a log\n')
  workers.push(workerOf(() => asked(1)))
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  learning.close()
  expect(readFileSync(file, 'utf8')).toBe('a log\n')
})

test('a file that is larger than any that was written is not read', () => {
  const learning = new SharedLearning(log, () => [])
  writeFileSync(file, `${JSON.stringify({ kind: 'iap-learned', version: 1, ...NOTHING_LEARNED })}${' '.repeat(1 << 23)}`)
  expect(() => learning.open(file)).toThrow('holds something else than what a proxy has learned')
})

test('what cannot be written any more is said, and tried again', async () => {
  const workers = [workerOf(() => asked(1))]
  const learning = new SharedLearning(log, () => [{ file, workers }])
  learning.open(file)
  rmSync(folder, { recursive: true })
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(said).toEqual([expect.stringMatching(/ error the discovered routes cannot be written: ENOENT/)])
  await vi.advanceTimersByTimeAsync(LEARNED_EACH)
  expect(said).toHaveLength(2)
  learning.close()
})
