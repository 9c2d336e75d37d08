import { chmodSync, chownSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Files } from '../../cli/io.ts'
import { emptyFolder, folderOf } from './iap.ts'
import { inside, realFiles } from './inside.ts'

const fmt = (cwd: string, ...words: string[]) => inside(['fmt', ...words], { cwd })
const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

/** What formatting changes in a file `a.iap` of the text `label   a`. */
const A_DIFF = '--- a/a.iap\n+++ b/a.iap\n@@ -1 +1 @@\n-label   a\n+label a\n'

describe('files', () => {
  const files = { 'a.iap': 'label   a\n', 'b.iap': 'label b\n', 'c.iap': 'labl  c\n' }

  test('are put into canonical form, but those with syntax errors', async () => {
    const cwd = folderOf(files)
    const { code, stdout, stderr } = await fmt(cwd, '.')
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(
      /^error\[IAP1001\][\s\S]*\na\.iap\n✗ 1 file of 3 formatted, 1 file with syntax errors left unchanged\n$/,
    )
    expect(Object.keys(files).map((name) => textOf(cwd, name))).toEqual(['label a\n', 'label b\n', 'labl  c\n'])
  })

  test('are only looked at with --check', async () => {
    const cwd = folderOf({ 'a.iap': 'label   a\n', 'b.iap': 'label b\n' })
    expect(await fmt(cwd, '.', '--check')).toEqual({ code: 1, stdout: `${A_DIFF}✗ 1 file of 2 would change\n`, stderr: '' })
    expect(textOf(cwd, 'a.iap')).toBe('label   a\n')
    expect(await fmt(cwd, 'b.iap', '--check')).toEqual({ code: 0, stdout: '✓ 0 files of 1 would change\n', stderr: '' })
  })

  test('are not touched where they are canonical', async () => {
    const cwd = folderOf({ 'b.iap': 'label b\n' })
    const untouchable: Files = {
      ...realFiles,
      rewrite() {
        throw new Error('it is written')
      },
    }
    const { code, stdout } = await inside(['fmt', '.'], { cwd, files: untouchable })
    expect([code, stdout]).toEqual([0, '✓ 0 files of 1 formatted\n'])
  })

  test('end their lines in LF, without a byte order mark', async () => {
    const cwd = folderOf({ 'a.iap': '\ufefflabel a\r\n// x\r\nlabel b' })
    await fmt(cwd, '.')
    expect(textOf(cwd, 'a.iap')).toBe('label a\n// x\nlabel b\n')
  })

  test('keep their mode, and links stay links', async () => {
    const cwd = folderOf({ 'a.txt': 'label   a\n' })
    chmodSync(join(cwd, 'a.txt'), 0o640)
    symlinkSync('a.txt', join(cwd, 'a.iap'))
    expect((await fmt(cwd, 'a.iap')).code).toBe(0)
    expect([textOf(cwd, 'a.txt'), statSync(join(cwd, 'a.txt')).mode & 0o777]).toEqual(['label a\n', 0o640])
    expect(realFiles.list(cwd).map(({ name }) => name)).toEqual(['a.iap', 'a.txt'])
  })

  test.runIf(process.getuid?.() === 0)('stay whose they are, when root writes them', async () => {
    const cwd = folderOf({ 'a.iap': 'label   a\n' })
    chownSync(join(cwd, 'a.iap'), 65_534, 65_534)
    await fmt(cwd, '.')
    expect(statSync(join(cwd, 'a.iap'))).toMatchObject({ uid: 65_534, gid: 65_534 })
  })

  test('as JSON', async () => {
    const { code, stdout } = await fmt(folderOf(files), '.', '--check', '--format', 'json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      changed: ['a.iap'],
      unchanged: ['b.iap'],
      failed: ['c.iap'],
      diagnostics: [{ code: 'IAP1001', file: 'c.iap' }],
    })
  })
})

describe('one that cannot be', () => {
  test('read stops all, with nothing written', async () => {
    const cwd = folderOf({ 'a.iap': 'label   a\n' })
    writeFileSync(join(cwd, 'b.iap'), Buffer.from('label b // \xe9\n', 'latin1'))
    const stderr = 'error: `b.iap` cannot be read: it is not UTF-8 text\n'
    expect(await fmt(cwd, '.')).toEqual({ code: 2, stdout: '', stderr })
    expect(textOf(cwd, 'a.iap')).toBe('label   a\n')
  })

  test('written stops with what it is, and stays whole', async () => {
    const cwd = folderOf({ 'a.iap': 'label   a\n', 'b.iap': 'label   b\n', 'c.iap': 'label   c\n' })
    const files: Files = {
      ...realFiles,
      rewrite(path, text) {
        if (path.endsWith('b.iap')) throw Object.assign(new Error('no'), { code: 'EROFS' })
        realFiles.rewrite(path, text)
      },
    }
    const { code, stderr } = await inside(['fmt', '.'], { cwd, files })
    expect([code, stderr]).toEqual([
      2,
      'error: `b.iap` cannot be written: the file system is read-only\n  help: 1 file before it was written\n',
    ])
    expect(['a.iap', 'b.iap', 'c.iap'].map((name) => textOf(cwd, name))).toEqual(['label a\n', 'label   b\n', 'label   c\n'])
  })

  test.each([
    ['is what its owner protected', 0o444, 0o755],
    ['stands in a folder that is', 0o644, 0o555],
  ])('%s', async (_, file, folder) => {
    const cwd = folderOf({ 'a.iap': 'label   a\n' })
    chmodSync(join(cwd, 'a.iap'), file)
    chmodSync(cwd, folder)
    const result = await asSomebody(cwd, () => fmt(cwd, '.'))
    expect(result).toEqual({ code: 2, stdout: '', stderr: 'error: `a.iap` cannot be written: permission denied\n' })
    chmodSync(cwd, 0o755)
    expect(textOf(cwd, 'a.iap')).toBe('label   a\n')
    expect(realFiles.list(cwd).map(({ name }) => name)).toEqual(['a.iap'])
  })
})

/** Root may write whatever it likes: the folder is another's then, and so is who asks. */
async function asSomebody<T>(folder: string, ask: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await ask()
  const nobody = 65_534
  chownSync(join(folder, 'a.iap'), nobody, nobody)
  chownSync(folder, nobody, nobody)
  process.seteuid?.(nobody)
  try {
    return await ask()
  } finally {
    process.seteuid?.(0)
  }
}

describe('standard input', () => {
  const run = (stdin: string, ...words: string[]) => inside(['fmt', '-', ...words], { cwd: emptyFolder(), stdin })

  test('is formatted to standard output, which gets nothing else', async () => {
    expect(await run('label   a')).toEqual({ code: 0, stdout: 'label a\n', stderr: '' })
    expect(await run('')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('with a syntax error comes to nothing', async () => {
    const { code, stdout, stderr } = await run('labl   a')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('--> <stdin>:1:1')
  })

  test('is only looked at with --check', async () => {
    const stdout = A_DIFF.replaceAll('a.iap', '<stdin>')
    expect(await run('label   a\n', '--check')).toEqual({ code: 1, stdout, stderr: '' })
    expect(await run('label a\n', '--check')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('stands alone', async () => {
    expect(await run('', 'a.iap')).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be combined with PATH') })
    expect(await run('', '--format', 'json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('supports neither `--format` nor `--output`'),
    })
  })
})

test.each([
  [[], '`iap fmt` needs PATH…|-'],
  [['nowhere'], '`nowhere` does not exist'],
  [['.'], 'there is no `.iap` file in `.`'],
  [['.', '--chekc'], 'did you mean `--check`?'],
])('iap fmt %j cannot be carried out', async (words, message) => {
  const { code, stdout, stderr } = await inside(['fmt', ...words], { cwd: emptyFolder() })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})
