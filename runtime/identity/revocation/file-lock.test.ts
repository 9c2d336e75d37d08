import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileLock, removeStale } from './file-lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-lock-'))
  file = join(folder, 'a.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As if it had been made two minutes ago. */
const age = () => utimesSync(file, Date.now() / 1000 - 120, Date.now() / 1000 - 120)

test('one process holds a lock at a time', async () => {
  const lock = await FileLock.take(file)
  expect(await FileLock.take(file)).toBeNull()
  await lock?.release()
  expect(readdirSync(folder)).toEqual([])
  expect(await FileLock.take(file)).not.toBeNull()
})

test('a stale lock is removed, and its holder does not release the lock of another', async () => {
  const dead = await FileLock.take(file)
  age()
  expect(await FileLock.take(file)).toBeNull()
  expect(readdirSync(folder)).toEqual([])
  // Keeps the number of the removed file from being given to the next one.
  const other = await FileLock.take(join(folder, 'other'))
  const next = await FileLock.take(file)
  await dead?.release()
  expect(await FileLock.take(file)).toBeNull()
  await next?.release()
  await other?.release()
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that was taken anew after it was found to be stale stays', async () => {
  const lock = await FileLock.take(file)
  const { ino } = statSync(file)
  await removeStale(file)
  expect(statSync(file).ino).toBe(ino)
  expect(readdirSync(folder)).toEqual(['a.lock'])
  await lock?.release()
  await removeStale(file)
  expect(readdirSync(folder)).toEqual([])
})
