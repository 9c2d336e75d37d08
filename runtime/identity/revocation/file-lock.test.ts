import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileLock } from './file-lock.ts'

let folder: string
let file: string
let temporary: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-lock-'))
  file = join(folder, 'a.lock')
  temporary = join(folder, 'a.1.tmp')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const take = () => FileLock.take(file, temporary)

/** As if it had been made two minutes ago. */
function age(seconds = 120): void {
  const time = Date.now() / 1000 - seconds
  utimesSync(file, time, time)
}

test('one process holds a lock at a time', async () => {
  const lock = await take()
  expect(await take()).toBeNull()
  await lock?.release()
  expect(readdirSync(folder)).toEqual([])
  const next = await take()
  expect(await next?.isHeld()).toBe(true)
  await next?.release()
})

test('a stale lock is removed, and its holder does not release the lock of another', async () => {
  const dead = await take()
  age()
  expect(await take()).toBeNull()
  expect(readdirSync(folder)).toEqual([])
  // File systems may give the number of a removed file to the next one.
  const next = await take()
  expect(await dead?.isHeld()).toBe(false)
  await dead?.release()
  expect(await next?.isHeld()).toBe(true)
  await next?.release()
  expect(readdirSync(folder)).toEqual([])
})

test('a holder whose lock is taken away can no longer rename its file', async () => {
  writeFileSync(temporary, 'what it wrote')
  const stopped = await take()
  age()
  await FileLock.free(file)
  expect(existsSync(temporary)).toBe(false)
  await stopped?.release()
})

test('the lock removes no file but a temporary one beside it', async () => {
  for (const [name, text] of [
    ['kept.jsonl', 'kept.jsonl'],
    ['.tmp', '../.tmp/'],
    ['other', ''],
  ] as const) {
    writeFileSync(join(folder, name), '')
    writeFileSync(file, text)
    age()
    await FileLock.free(file)
  }
  expect(readdirSync(folder).sort()).toEqual(['kept.jsonl', 'other'])
})

test.each([
  ['of a clock that was set back', () => writeFileSync(file, ''), -3600],
  ['that is a folder', () => mkdirSync(join(file, 'inner'), { recursive: true }), 120],
] as const)('a lock %s is removed', async (_, make, seconds) => {
  make()
  age(seconds)
  await FileLock.free(file)
  expect(readdirSync(folder)).toEqual([])
})

test('a link to nowhere is a lock, which is free once it is stale', async () => {
  symlinkSync('nowhere', file)
  expect(await take()).toBeNull()
  await FileLock.free(file)
  expect(readdirSync(folder)).toEqual([])
})

test('waiting ends although other processes take the lock again and again', async () => {
  const first = await take()
  const free = FileLock.free(file)
  // Before the other process looks again.
  await first?.release()
  // Takes the number of the removed file.
  writeFileSync(join(folder, 'other'), '')
  const second = await take()
  await free
  expect(await second?.isHeld()).toBe(true)
  await second?.release()
})
