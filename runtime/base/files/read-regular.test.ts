import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRegular, readRegularText } from './read-regular.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-read-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a file is read, by a link, too', async () => {
  const [file, link] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(file, 'é text')
  symlinkSync(file, link)
  expect(readRegularText(link)).toBe('é text')
  expect((await readRegular(link)).toString()).toBe('é text')
})

test.skipIf(process.platform === 'win32').each(['pipe', '/dev/zero'])('%s is refused, without waiting', async (name) => {
  if (name === 'pipe') execFileSync('mkfifo', [join(folder, name)])
  const path = name === 'pipe' ? join(folder, name) : name
  expect(() => readRegularText(path)).toThrow('expected a regular file')
  await expect(readRegular(path)).rejects.toThrow('expected a regular file')
})

test('a missing file and a folder fail as for Node', async () => {
  expect(() => readRegularText(folder)).toThrow('EISDIR')
  await expect(readRegular(folder)).rejects.toThrow('EISDIR')
  expect(() => readRegularText(join(folder, 'a'))).toThrow('ENOENT')
  await expect(readRegular(join(folder, 'a'))).rejects.toThrow('ENOENT')
})
