import { mkdtempSync, type PathLike, renameSync, rmSync, type StatOptions, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { until } from '../../tests/support/until.ts'
import { LiveFiles } from './live-files.ts'

let folder: string
let told: string[]
let live: LiveFiles<string> | undefined
/** Begun, at each file. Each begins when the one before at it has ended. */
const looks = new Map<string, number>()
/** Files in the order in which they were read. */
let read: string[]

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  function stat(path: PathLike, options: StatOptions) {
    const name = basename(String(path))
    looks.set(name, (looks.get(name) ?? 0) + 1)
    return real.stat(path, options)
  }
  function open(path: PathLike, flags: number) {
    read.push(basename(String(path)))
    return real.open(path, flags)
  }
  return { ...real, stat, open }
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-live-'))
  told = []
  read = []
})

afterEach(async () => {
  await live?.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

const INTERVAL = 20

/** Two files that fit if they hold the same. */
async function open(interval = INTERVAL): Promise<LiveFiles<string>> {
  live = await LiveFiles.open([join(folder, 'a'), join(folder, 'b')], {
    interval,
    read([a, b]) {
      return String(a) === String(b) ? { ok: true, value: String(a) } : { ok: false, file: 1, message: `is not ${a}` }
    },
    onTaken: (value) => told.push(value),
    onRefused: ({ fault, message }) => told.push(`${fault}: ${message.replace(folder, '')}`),
  })
  return live
}

/** It has come to that, and to nothing more in two whole looks at each file and the rest after them. */
async function untilTold(expected: readonly string[]): Promise<void> {
  await until(() => told.length >= expected.length)
  await rested()
  expect(told).toEqual(expected)
}

async function rested(): Promise<void> {
  const before = new Map(looks)
  await until(() => ['a', 'b'].every((name) => (looks.get(name) ?? 0) >= (before.get(name) ?? 0) + 3))
  // The timer of what they saw is due before this one.
  await sleep(2 * INTERVAL + 10)
}

test('what they are at first is there at once, and told by nobody', async () => {
  write('a', '1')
  write('b', '1')
  const { current, refusal } = await open()
  expect([current, refusal]).toEqual(['1', null])
  await untilTold([])
})

test('so is why they are nothing at first', async () => {
  write('a', '1')
  expect((await open()).refusal).toMatchObject({
    file: 1,
    fault: 'environment',
    message: expect.stringMatching(/b` does not exist/),
  })
  await live?.close()
  write('b', '2')
  expect((await open()).refusal).toMatchObject({ file: 1, fault: 'content', message: expect.stringMatching(/b` is not 1$/) })
})

test('two that change one soon after the other are one change', async () => {
  write('a', '1')
  write('b', '1')
  // Looked at together two seconds after the second one.
  const files = await open(1000)
  read = []
  write('a', '2')
  await until(() => read.includes('a'))
  write('b', '2')
  await until(() => told.length > 0)
  expect(told).toEqual(['2'])
  expect(files.current).toBe('2')
})

test('what does not fit for long is told once, and what was before counts', async () => {
  write('a', '1')
  write('b', '1')
  const files = await open()
  write('a', '2')
  await untilTold(['content: `/b` is not 2'])
  // Written again, the same is no news.
  write('a', '2')
  await untilTold(['content: `/b` is not 2'])
  expect(files.current).toBe('1')
  write('b', '2')
  await untilTold(['content: `/b` is not 2', '2'])
  expect(files.refusal).toBeNull()
})

test('one that is taken away for a while is missed, and one that is replaced by renaming is not', async () => {
  write('a', '1')
  write('b', '1')
  await open()
  rmSync(join(folder, 'b'))
  await untilTold(['environment: `/b` does not exist'])
  write('b', '1')
  await untilTold(['environment: `/b` does not exist', '1'])
  write('c', '3')
  write('d', '3')
  renameSync(join(folder, 'c'), join(folder, 'a'))
  renameSync(join(folder, 'd'), join(folder, 'b'))
  await untilTold(['environment: `/b` does not exist', '1', '3'])
})

test('nothing is told once it is closed, not even of what it had seen', async () => {
  write('a', '1')
  write('b', '1')
  const interval = 200
  const files = await open(interval)
  read = []
  write('a', '2')
  write('b', '2')
  await until(() => read.includes('a') && read.includes('b'))
  await files.close()
  told = []
  // The timer of what it had seen would be due before this one.
  await sleep(2 * interval + 10)
  expect(told).toEqual([])
})
