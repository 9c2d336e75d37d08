// check --fix and lint --fix.

import { readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Files } from '../../cli/io.ts'
import { folderOf } from './iap.ts'
import { inside, realFiles } from './inside.ts'

const PEOPLE =
  'identity staff via jwt { sub: string, level?: int }\nrole lead of staff when has(caller.level) && caller.level > 1\n'
const POLICY = `import { staff, lead } from "./people.iap"
service s at "s.example" { route a GET "/a" }
permit p on s.a to staff
  when has(caller.sub) && has(caller.sub) && caller.sub == "x"
  when true
`
const FIXED = `import { staff } from "./people.iap"
service s at "s.example" { route a GET "/a" }
permit p on s.a to staff
  when caller.sub == "x"
`
const project = () => folderOf({ 'people.iap': PEOPLE, 'policy.iap': POLICY })
const textOf = (folder: string, name = 'policy.iap') => readFileSync(join(folder, name), 'utf8')

describe('--fix', () => {
  test('mends what can be mended, and tells what is left', async () => {
    const cwd = project()
    const { code, stdout, stderr } = await inside(['check', '.', '--fix'], { cwd })
    expect([code, stderr]).toEqual([0, '4 fixes in policy.iap\n'])
    expect(stdout).toContain('warning[IAP5014]: the role `lead` is never used')
    expect(stdout).toMatch(/✓ 1 warning in 2 files\n$/)
    expect(textOf(cwd)).toBe(FIXED)
    expect(textOf(cwd, 'people.iap')).toBe(PEOPLE)
  })

  test('has nothing to do the second time', async () => {
    const cwd = project()
    await inside(['lint', '.', '--fix'], { cwd })
    const once = textOf(cwd)
    const { stderr } = await inside(['lint', '.', '--fix'], { cwd })
    expect([stderr, textOf(cwd)]).toEqual(['', once])
  })

  test('mends errors, where it can be told what was meant', async () => {
    const cwd = folderOf({ 'a.iap': 'labl a\nlabel b\n' })
    const { code, stderr } = await inside(['check', 'a.iap', '--fix', '--format', 'json'], { cwd })
    expect([code, stderr]).toEqual([0, '1 fix in a.iap\n'])
    expect(textOf(cwd, 'a.iap')).toBe('label a\nlabel b\n')
  })

  test('leaves alone what PATH does not name', async () => {
    const cwd = folderOf({ 'people.iap': 'identity staff via jtw { sub: string }\n', 'policy.iap': POLICY })
    const { code, stdout } = await inside(['check', 'policy.iap', '--fix'], { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('people.iap:1:')
    expect(textOf(cwd, 'people.iap')).toBe('identity staff via jtw { sub: string }\n')
  })

  test('keeps CR LF and the byte order mark', async () => {
    const cwd = folderOf({ 'people.iap': PEOPLE, 'policy.iap': `\ufeff${POLICY.replaceAll('\n', '\r\n')}` })
    await inside(['check', '.', '--fix'], { cwd })
    expect(textOf(cwd)).toBe(`\ufeff${FIXED.replaceAll('\n', '\r\n')}`)
  })

  test('follows a link to a file, and leaves it a link', async () => {
    const cwd = folderOf({ 'people.iap': PEOPLE, 'real.txt': POLICY })
    symlinkSync('real.txt', join(cwd, 'policy.iap'))
    await inside(['check', '.', '--fix'], { cwd })
    expect(textOf(cwd, 'real.txt')).toBe(FIXED)
  })

  test('says how many as JSON', async () => {
    const { stdout } = await inside(['check', '.', '--fix', '--format', 'json'], { cwd: project() })
    expect(JSON.parse(stdout)).toMatchObject({ fixed: 4, warnings: 1 })
  })

  test('of a file that must not be written stops, and says what was written before', async () => {
    const files: Files = {
      ...realFiles,
      rewrite(path, text) {
        if (path.endsWith('b.iap')) throw Object.assign(new Error('no'), { code: 'EACCES' })
        realFiles.rewrite(path, text)
      },
    }
    const cwd = folderOf({ 'a.iap': 'labl a\n', 'b.iap': 'labl b\n' })
    const { code, stdout, stderr } = await inside(['check', '.', '--fix'], { cwd, files })
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: `b.iap` cannot be written: permission denied\n  help: 1 file before it was written\n',
    })
    expect([textOf(cwd, 'a.iap'), textOf(cwd, 'b.iap')]).toEqual(['label a\n', 'labl b\n'])
  })

  test('keeps the mode of a file, and leaves nothing beside it', async () => {
    const cwd = project()
    await inside(['check', '.', '--fix'], { cwd })
    expect(statSync(join(cwd, 'policy.iap')).mode & 0o777).toBe(statSync(join(cwd, 'people.iap')).mode & 0o777)
    expect(realFiles.list(cwd).map(({ name }) => name)).toEqual(['people.iap', 'policy.iap'])
  })
})
