import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { NodeFiles } from './node-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'iap-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = new NodeFiles()

it('a text is read again after its file has changed', () => {
  const path = join(folder, 'one.iap')
  expect(files.read(path)).toBeNull()
  writeFileSync(path, 'label a')
  expect(files.read(path)).toBe('label a')
  writeFileSync(path, 'label abc')
  expect(files.read(path)).toBe('label abc')
  rmSync(path)
  expect(files.read(path)).toBeNull()
})

it.skipIf(process.platform === 'win32')('devices, folders, broken links and files over 50 MB are not read', () => {
  symlinkSync('/dev/zero', join(folder, 'iap.yaml'))
  symlinkSync('nothing', join(folder, 'broken.iap'))
  mkdirSync(join(folder, 'folder.iap'))
  writeFileSync(join(folder, 'large.iap'), '')
  truncateSync(join(folder, 'large.iap'), 50_000_001)
  const names = ['iap.yaml', 'broken.iap', 'folder.iap', 'large.iap', 'a\u0000.iap']
  expect(names.map((name) => files.read(join(folder, name)))).toEqual(names.map(() => null))
  expect(files.list(folder).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['folder.iap folder', 'large.iap file'])
})

it.skipIf(process.platform === 'win32')('a link to a file is listed, and one to a folder is not', () => {
  const own = join(folder, 'links')
  mkdirSync(own)
  writeFileSync(join(own, 'a.iap'), '')
  symlinkSync('a.iap', join(own, 'b.iap'))
  symlinkSync('.', join(own, 'cycle'))
  expect(files.list(own)).toEqual(['a.iap', 'b.iap'].map((name) => ({ name, kind: 'file' })))
})
