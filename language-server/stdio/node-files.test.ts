import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { NodeFiles } from './node-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'iap-files-'))
afterEach(() => warnings.splice(0))
afterAll(() => rmSync(folder, { recursive: true }))
const warnings: string[] = []
const files = new NodeFiles((message) => warnings.push(message))

it('a text is read again after its file has changed', () => {
  const path = join(folder, 'one.iap')
  expect(files.read(path)).toBeNull()
  writeFileSync(path, 'label a')
  expect(files.read(path)).toBe('label a')
  writeFileSync(path, 'label abc')
  expect(files.read(path)).toBe('label abc')
  rmSync(path)
  expect(files.read(path)).toBeNull()
  expect(warnings).toEqual([])
})

it.skipIf(process.platform === 'win32')(
  'devices, folders, broken links and files over 50 MB are not read, with a warning if that is unusual',
  () => {
    symlinkSync('/dev/zero', join(folder, 'iap.yaml'))
    symlinkSync('nothing', join(folder, 'broken.iap'))
    mkdirSync(join(folder, 'folder.iap'))
    writeFileSync(join(folder, 'large.iap'), '')
    truncateSync(join(folder, 'large.iap'), 50_000_001)
    symlinkSync('loop.iap', join(folder, 'loop.iap'))
    const names = ['iap.yaml', 'broken.iap', 'folder.iap', 'large.iap', 'loop.iap', 'a\u0000.iap', 'a'.repeat(300), 'large.iap/a']
    expect(names.map((name) => files.read(join(folder, name)))).toEqual(names.map(() => null))
    expect(warnings).toEqual([
      `${join(folder, 'large.iap')}: not read, as it is larger than 50 MB`,
      expect.stringContaining(`, stat '${join(folder, 'loop.iap')}'`),
    ])
    expect(files.list(folder).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['folder.iap folder', 'large.iap file'])
  },
)

it.skipIf(process.platform === 'win32')('a link to a file is listed, and one to a folder is not', () => {
  const own = join(folder, 'links')
  mkdirSync(own)
  writeFileSync(join(own, 'a.iap'), '')
  symlinkSync('a.iap', join(own, 'b.iap'))
  symlinkSync('.', join(own, 'cycle'))
  expect(files.list(own)).toEqual(['a.iap', 'b.iap'].map((name) => ({ name, kind: 'file' })))
})
