import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LiveFiles } from './live-files.ts'

let folder: string
let told: string[]
let live: LiveFiles<string> | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-live-'))
  told = []
})

afterEach(async () => {
  await live?.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

/** Two files that fit if they hold the same. */
async function open(): Promise<LiveFiles<string>> {
  live = await LiveFiles.open([join(folder, 'a'), join(folder, 'b')], {
    interval: 20,
    read([a, b]) {
      return String(a) === String(b) ? { ok: true, value: String(a) } : { ok: false, file: 1, message: `is not ${a}` }
    },
    onTaken: (value) => told.push(value),
    onRefused: ({ fault, message }) => told.push(`${fault}: ${message.replace(folder, '')}`),
  })
  return live
}

async function until(expected: readonly string[]): Promise<void> {
  for (let round = 0; round < 200 && told.length < expected.length; round++) await sleep(10)
  // Nor anything more.
  await sleep(120)
  expect(told).toEqual(expected)
}

test('what they are at first is there at once, and told by nobody', async () => {
  write('a', '1')
  write('b', '1')
  const { current, refusal } = await open()
  expect([current, refusal]).toEqual(['1', null])
  await until([])
})

test('so is why they are nothing at first', async () => {
  write('a', '1')
  expect((await open()).refusal).toMatchObject({
    file: 1,
    fault: 'environment',
    message: expect.stringMatching(/b` is not there/),
  })
  await live?.close()
  write('b', '2')
  expect((await open()).refusal).toMatchObject({ file: 1, fault: 'content', message: expect.stringMatching(/b` is not 1$/) })
})

test('two that change one soon after the other are one change', async () => {
  write('a', '1')
  write('b', '1')
  const files = await open()
  write('a', '2')
  await sleep(25)
  write('b', '2')
  await until(['2'])
  expect(files.current).toBe('2')
})

test('what does not fit for long is told once, and what was before counts', async () => {
  write('a', '1')
  write('b', '1')
  const files = await open()
  write('a', '2')
  await until(['content: `/b` is not 2'])
  // Written again, the same is no news.
  write('a', '2')
  await until(['content: `/b` is not 2'])
  expect(files.current).toBe('1')
  write('b', '2')
  await until(['content: `/b` is not 2', '2'])
  expect(files.refusal).toBeNull()
})

test('one that is taken away for a while is missed, and one that is replaced by renaming is not', async () => {
  write('a', '1')
  write('b', '1')
  await open()
  rmSync(join(folder, 'b'))
  await until(['environment: `/b` is not there'])
  write('b', '1')
  await until(['environment: `/b` is not there', '1'])
  write('c', '3')
  write('d', '3')
  renameSync(join(folder, 'c'), join(folder, 'a'))
  renameSync(join(folder, 'd'), join(folder, 'b'))
  await until(['environment: `/b` is not there', '1', '3'])
})

test('nothing is told once it is closed, not even of what it had seen', async () => {
  write('a', '1')
  write('b', '1')
  const files = await open()
  write('a', '2')
  write('b', '2')
  await sleep(50)
  told = []
  await files.close()
  await until([])
})
