import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileTarget } from './file-target.ts'
import type { LineTarget } from './line-target.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

let folder: string
let file: string
let target: LineTarget
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-file-'))
  file = join(folder, 'audit.jsonl')
  writeFileSync(file, 'first\nsec')
  target = await openFileTarget({ file, rotate: null, fsync: 'never' }, silent)
})
afterEach(async () => {
  await target.close()
  rmSync(folder, { recursive: true })
})

test('a line that another process could not finish is ended before the next', async () => {
  await target.write(Buffer.from('third\n'))
  await target.write(Buffer.from('fourth\n'))
  expect(readFileSync(file, 'utf8')).toBe('first\nsec\nthird\nfourth\n')
})

test('a line that another process is writing gets its end from that process', async () => {
  const writing = target.write(Buffer.from('third\n'))
  appendFileSync(file, 'ond\n')
  await writing
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\nthird\n')
})
