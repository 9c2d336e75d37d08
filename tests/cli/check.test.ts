import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DiagnosticJson } from '../../compiler/project/diagnostic-json.ts'
import { validateSarif } from '../support/validate-sarif.ts'
import { emptyFolder, folderOf, project, root } from './iap.ts'
import { inside as iap } from './inside.ts'

interface Report {
  readonly diagnostics: readonly {
    readonly code: string
    readonly severity: string
    readonly message: string
    readonly help: string
    readonly file: string
    readonly start: { readonly line: number; readonly column: number; readonly offset: number }
    readonly end: { readonly line: number; readonly column: number; readonly offset: number }
    readonly related: readonly unknown[]
  }[]
  readonly files: number
  readonly errors: number
  readonly warnings: number
}

/** With a rule a file is no library, whose names others use. */
const REST = 'service s at "s.example" { route a GET "/a" }\npermit p on s.a to anyone\n'

const TEN = 'tests/cli/fixtures/ten-mistakes.iap'

describe('ten independent mistakes', () => {
  /** Line of the file → what is wrong there: the text that the span covers. */
  const expected: readonly (readonly [line: number, text: string])[] = [
    [3, 'jtw'],
    [7, 'strng'],
    [10, 'gruops'],
    [11, 'caller.level'],
    [17, 'pi'],
    [21, 'support_lists'],
    [27, 'params.id == "7"'],
    [32, '='],
    [36, '"Orders are closed by day.'],
    [41, 'permitt'],
  ]

  test('give ten diagnostics, each with code, span and help', async () => {
    const { code, stdout } = await iap(['check', TEN, '--format', 'json'])
    expect(code).toBe(1)
    const report = JSON.parse(stdout) as Report
    const source = readFileSync(join(root, TEN), 'utf8')
    const errors = report.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
    expect(errors.map(({ start, end }) => [start.line, source.slice(start.offset, end.offset)])).toEqual(expected)
    expect(report.errors).toBe(10)
    for (const diagnostic of report.diagnostics) {
      expect(diagnostic.code).toMatch(/^IAP\d{4}$/)
      expect(diagnostic.help).toMatch(/\S/)
      expect(diagnostic.file).toBe(TEN)
      expect(diagnostic.end.offset).toBeGreaterThan(diagnostic.start.offset)
    }
  })

  test('are shown to people in code frames, with a summary last', async () => {
    const { code, stdout, stderr } = await iap(['check', TEN])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain(`${TEN}:3:`)
    expect(stdout).toContain('identity staff via jtw {')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('✗ 10 errors in 1 file')
  })
})

test('what has no mistake exits with 0', async () => {
  const human = await iap(['check', 'examples/shop/policies'])
  expect(human).toMatchObject({ code: 0, stderr: '' })
  expect(human.stdout).toMatch(/✓ no errors in \d files\n$/)
  const { code, stdout } = await iap(['check', 'examples/shop/policies', '--format', 'json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ diagnostics: [], errors: 0, warnings: 0 })
})

test('a folder means its .iap files, but not those of dependencies or hidden folders', async () => {
  const folder = emptyFolder()
  for (const [name, text] of [
    ['a.iap', 'label a'],
    ['deep/down/b.iap', 'label b'],
    ['node_modules/c.iap', 'labl'],
    ['.hidden/d.iap', 'labl'],
    ['notes.txt', 'labl'],
  ] as const) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  symlinkSync('..', join(folder, 'deep/up'))
  const { stdout } = await iap(['check', '.', '--format', 'json'], { cwd: folder })
  expect(JSON.parse(stdout)).toMatchObject({ files: 2, errors: 0 })
})

test('files elsewhere are named as seen from here', async () => {
  const folder = folderOf({ 'a.iap': 'role x of nobody' })
  const { stdout } = await iap(['check', folder, '--format', 'json'], { cwd: join(folder, '..') })
  const report = JSON.parse(stdout) as Report
  expect(report.diagnostics[0]?.file).toBe(`${folder.split('/').at(-1)}/a.iap`)
  const outside = await iap(['check', folder, '--format', 'json'], { cwd: emptyFolder() })
  expect((JSON.parse(outside.stdout) as Report).diagnostics[0]?.file).toBe(`../${folder.split('/').at(-1)}/a.iap`)
})

test('a link in a folder that leads to no file is told: a rule in it would be missing', async () => {
  for (const target of ['gone.iap', 'linked.iap']) {
    const folder = folderOf({ 'a.iap': 'label a' })
    symlinkSync(target, join(folder, 'linked.iap'))
    const { code, stdout, stderr } = await iap(['check', '.'], { cwd: folder })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('linked.iap` is neither a file nor a link to a file')
  }
})

test('a pipe is not waited for', async () => {
  const folder = folderOf({ 'a.iap': 'import { x } from "./pipe.iap"\nlabel a' })
  execFileSync('mkfifo', [join(folder, 'pipe.iap')])
  for (const [name, message] of [
    ['pipe.iap', '`pipe.iap` is neither a file nor a link to a file\n  help: give files or folders of policies'],
    ['a.iap', '`pipe.iap` cannot be read: it is not a regular file'],
  ] as const) {
    const { code, stdout, stderr } = await iap(['check', name], { cwd: folder })
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` })
  }
})

test('links in a circle cannot be read', async () => {
  const folder = emptyFolder()
  symlinkSync('circle.iap', join(folder, 'circle.iap'))
  const { code, stdout, stderr } = await iap(['check', 'circle.iap'], { cwd: folder })
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: `circle.iap` cannot be read: its symbolic links form a loop\n',
  })
})

test('the first thousand of many errors are shown, and all are counted', async () => {
  const folder = folderOf({ 'a.iap': 'label a\n'.repeat(1201) })
  const human = await iap(['check', '.'], { cwd: folder })
  expect(human.stdout.match(/^error\[IAP2002\]/gm)).toHaveLength(1000)
  expect(human.stdout).toMatch(/\n✗ 1200 errors in 1 file; the first 1000 are shown\n$/)
  const json = JSON.parse((await iap(['check', '.', '--format', 'json'], { cwd: folder })).stdout)
  expect([json.diagnostics.length, json.errors]).toEqual([1000, 1200])
})

test('a file that is not UTF-8 is reported with the errors of the others, in every format', async () => {
  const folder = folderOf({ 'a.iap': 'import { cafe } from "./b.iap"\nlabel a\nlabel a\n' })
  const text = '// \ufffd is what the text itself has\nlabel cafe\n// '
  writeFileSync(join(folder, 'b.iap'), Buffer.concat([Buffer.from(text), Buffer.from('caf\xe9\nlabel }', 'latin1')]))
  const { code, stdout, stderr } = await iap(['check', '.', '--format', 'json'], { cwd: folder })
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly DiagnosticJson[] }
  expect([code, stderr]).toEqual([1, ''])
  expect(diagnostics.map(({ code, file, start }) => [code, file, start.line, start.column])).toEqual([
    ['IAP2002', 'a.iap', 3, 7],
    ['IAP1021', 'b.iap', 3, 7],
  ])
  expect((await iap(['check', '.', '--format', 'sarif'], { cwd: folder })).stdout).toContain('IAP1021')
})

test('warnings do not change the exit code, unless there are more than is allowed', async () => {
  const folder = folderOf({ 'a.iap': `label never_used\nlabel nor_this\n${REST}` })
  const check = (...words: string[]) => iap(['check', '.', ...words], { cwd: folder })
  expect(await check()).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ 2 warnings in 1 file\n$/), stderr: '' })
  expect((await check('--max-warnings', '2')).code).toBe(0)
  expect(await check('--max-warnings', '1')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/✗ 2 warnings in 1 file\n$/),
    stderr: 'more warnings than --max-warnings 1 allows\n',
  })
})

test('byte order marks and CR LF are read, and places are those of the text', async () => {
  const folder = folderOf({ 'a.iap': '\ufefflabel b\r\nlabl c\r\n' })
  const { code, stdout } = await iap(['check', 'a.iap', '--format', 'json'], { cwd: folder })
  expect(code).toBe(1)
  expect((JSON.parse(stdout) as Report).diagnostics[0]).toMatchObject({
    code: 'IAP1001',
    start: { line: 2, column: 1, offset: 10 },
    end: { line: 2, column: 5, offset: 14 },
  })
})

test('the same file by two ways is one', async () => {
  const folder = folderOf({ 'a.iap': 'label a\n' })
  const { stdout } = await iap(['check', '.', 'a.iap', './a.iap', '--format', 'json'], { cwd: folder })
  expect(JSON.parse(stdout)).toMatchObject({ files: 1, errors: 0 })
})

describe('for machines', () => {
  const files = { 'a.iap': `label never_used\n// iap-ignore IAP5015: next release\nlabel later\n${REST}` }

  test('SARIF holds what is ignored, with why', async () => {
    const { code, stdout, stderr } = await iap(['check', '.', '--format', 'sarif', '--max-warnings', '0'], {
      cwd: folderOf(files),
    })
    expect([code, stderr]).toEqual([1, 'more warnings than --max-warnings 0 allows\n'])
    const log = JSON.parse(stdout) as { runs: { results: { ruleId: string; suppressions?: object[] }[] }[] }
    expect(validateSarif(log), JSON.stringify(validateSarif.errors)).toBe(true)
    expect(log.runs[0]?.results.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
      ['IAP5015', undefined],
      ['IAP5015', [{ kind: 'inSource', justification: 'next release' }]],
    ])
  })

  test('JSON too', async () => {
    const { stdout } = await iap(['check', '.', '--format', 'json'], { cwd: folderOf(files) })
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [{ code: 'IAP5015', start: { line: 1 } }],
      ignored: [{ code: 'IAP5015', start: { line: 3 }, reason: 'next release' }],
      warnings: 1,
      fixed: 0,
    })
  })

  test('a workflow is told in its commands, and nothing where all is well', async () => {
    const { code, stdout } = await iap(['check', '.', '--format', 'github'], { cwd: folderOf(files) })
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^::warning file=a\.iap,line=1,endLine=1,col=7,endColumn=17,title=IAP5015::[^\n]+\n$/),
    ])
    const well = await iap(['check', '.', '--format', 'github'], { cwd: folderOf({ 'a.iap': '// nothing\n' }) })
    expect(well).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('lint', () => {
  const files = { 'a.iap': `type Unnamed = { a: int }\n// iap-ignore IAP5019: for later\ntype Later = { a: int }\n${REST}` }
  const codes = (stdout: string) => (JSON.parse(stdout) as Report).diagnostics.map(({ code }) => code)

  test('runs the rules that check does not', async () => {
    const cwd = folderOf(files)
    expect(codes((await iap(['check', '.', '--format', 'json'], { cwd })).stdout)).toEqual([])
    expect(codes((await iap(['lint', '.', '--format', 'json'], { cwd })).stdout)).toEqual(['IAP5019'])
  })

  test('and says which in its help', async () => {
    const help = async (command: string) => (await iap([command, '--help'])).stdout.replaceAll(/\s+/g, ' ')
    expect(await help('lint')).toMatch(/In addition to the rules of `iap check`, it runs IAP5019, IAP5020, IAP5036\./)
    expect(await help('lint')).toMatch(/it also finds IAP5010, IAP5011, IAP5012, IAP5022, IAP5023, IAP5034 and IAP5035 where/)
    expect(await help('check')).toContain('`iap lint` runs the others too')
  })

  test('reasons over values, and what it finds so is ignored as all is', async () => {
    const text = `identity staff via oidc { level: int }
service s at "s.example" {
  route a GET "/a"
  route b POST "/b" body { amount: int }
}
permit one on s.a to staff when caller.level > 3
// iap-ignore IAP5034: until the first is gone
permit two on s.a to staff when caller.level > 7
permit three on s.b to staff
// iap-ignore IAP5024: it is guarded
forbid four on s.b when body.amount != 0 && 10 / body.amount > 3 because "x"
`
    const cwd = folderOf({ 'a.iap': text })
    const told = async (command: string) => {
      const report = JSON.parse((await iap([command, '.', '--format', 'json'], { cwd })).stdout)
      return [codes(JSON.stringify(report)), report.ignored.map(({ code }: { code: string }) => code)]
    }
    expect(await told('check')).toEqual([[], ['IAP5024']])
    // The text cannot show that the last one does not fail: that the comment is of use is left as it is.
    expect(await told('lint')).toEqual([[], ['IAP5034']])
    writeFileSync(join(cwd, 'a.iap'), text.replaceAll(/^\/\/.*\n/gm, ''))
    expect(await told('check')).toEqual([['IAP5024'], []])
    expect(await told('lint')).toEqual([['IAP5034'], []])
  })

  test('an ignore of what only it finds is of no use where it does not', async () => {
    const text = `identity staff via oidc { level: int }\nservice s at "s.example" { route a GET "/a" }\n// iap-ignore IAP5010: x\npermit one on s.a to staff when caller.level > 3\n`
    const cwd = folderOf({ 'a.iap': text })
    expect(codes((await iap(['check', '.', '--format', 'json'], { cwd })).stdout)).toEqual([])
    expect(codes((await iap(['lint', '.', '--format', 'json'], { cwd })).stdout)).toEqual(['IAP5003'])
  })

  test('is a gate as check is', async () => {
    const { code, stderr } = await iap(['lint', '.', '--max-warnings', '0'], { cwd: folderOf(files) })
    expect([code, stderr]).toEqual([1, 'more warnings than --max-warnings 0 allows\n'])
  })
})

test.each([
  [['nowhere'], '`nowhere` does not exist'],
  [['notes.txt'], '`notes.txt` is not an `.iap` file'],
  [['.'], 'there is no `.iap` file in `.`'],
  [['.', '--max-warnings', 'few'], '`--max-warnings` must be a whole number from 0, got `few`'],
  [[], '`iap check` needs PATH…'],
])('iap check %j cannot be carried out', async (words, message) => {
  const { code, stdout, stderr } = await iap(['check', ...words], { cwd: folderOf({ 'notes.txt': '' }) })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`error: ${message}`)
})

describe('a file of a project', () => {
  const SERVICE = 'service s at "s.example" { route a GET "/a" }\n'
  const RULE = 'import { s } from "./service.iap"\npermit looks on s.a to anyone\n'
  const TEST = 'test "anybody looks" {\n  as anonymous\n  GET "https://s.example/a"\n  expect permit by looks\n}\n'
  const TWICE = 'import { s } from "./service.iap"\nforbid twice on s.a when request.method == "PUT" && request.method == "PUT"\n'
  const files = { 'p/service.iap': SERVICE, 'p/rules.iap': RULE, 'p/looks.test.iap': TEST }

  function folderWith(more: Readonly<Record<string, string>>): string {
    const folder = emptyFolder()
    for (const [name, text] of Object.entries({ ...files, ...more })) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return folder
  }

  test('of the template has no errors, from each folder of it', async () => {
    const cwd = project()
    for (const [folder, file] of [
      ['.', 'policies/hello.test.iap'],
      ['policies', 'hello.test.iap'],
      ['dev', '../policies/hello.test.iap'],
    ] as const) {
      const ended = await iap(['check', file], { cwd: join(cwd, folder) })
      expect(ended).toEqual({ code: 0, stdout: '✓ no errors in 3 files\n', stderr: '' })
    }
  })

  test.each([
    ['iap.json', '{ "language": 1 }'],
    ['iap.yaml', 'listeners: []'],
    ['p/iap.json', '{ "language": 1 }'],
  ])('is checked with what the nearest %s has below it', async (mark, text) => {
    const cwd = folderWith({ [mark]: text })
    const { code, stdout } = await iap(['check', 'p/looks.test.iap', '--format', 'json'], { cwd })
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ diagnostics: [], errors: 0 })])
    writeFileSync(join(cwd, 'p/looks.test.iap'), TEST.replace('by looks', 'by look'))
    const wrong = JSON.parse((await iap(['check', 'p/looks.test.iap', '--format', 'json'], { cwd })).stdout) as Report
    expect(wrong.diagnostics.map((one) => [one.code, one.file])).toEqual([['IAP2011', 'p/looks.test.iap']])
  })

  test('is of the nearest project, and the project file is read', async () => {
    const cwd = folderWith({ 'iap.yaml': '', 'other.iap': 'label looks\n', 'p/iap.json': '{ "language": 2 }' })
    const { stdout } = await iap(['check', 'p/looks.test.iap', '--format', 'json'], { cwd })
    const { diagnostics } = JSON.parse(stdout) as Report
    expect(diagnostics.map((one) => [one.code, one.file])).toEqual([['IAP4085', 'p/iap.json']])
  })

  test.each(['iap.json', 'iap.yaml'])('is not checked with a project within its own, marked by %s', async (mark) => {
    const cwd = folderWith({
      'iap.yaml': '',
      [`nested/${mark}`]: '{}',
      'nested/q/service.iap': SERVICE,
      'nested/q/wrong.iap': 'labl a\n',
    })
    for (const command of ['check', 'lint']) {
      const { code, stdout } = await iap([command, 'p/rules.iap'], { cwd })
      expect([code, stdout]).toEqual([0, '✓ no errors in 3 files\n'])
    }
    writeFileSync(join(cwd, 'p/use.iap'), 'import { s } from "../nested/q/service.iap"\n')
    expect(JSON.parse((await iap(['check', 'p/use.iap', '--format', 'json'], { cwd })).stdout)).toMatchObject({ files: 5 })
  })

  test('has the errors of the project beside it, and its own warnings alone', async () => {
    const cwd = folderWith({ 'iap.json': '{ "language": 1 }', 'p/twice.iap': TWICE })
    const warned = JSON.parse((await iap(['check', 'p', '--format', 'json'], { cwd })).stdout) as Report
    expect(new Set(warned.diagnostics.map(({ file }) => file))).toEqual(new Set(['p/twice.iap']))
    expect((await iap(['check', 'p/rules.iap', '--max-warnings', '0'], { cwd })).code).toBe(0)
    writeFileSync(join(cwd, 'p/twice.iap'), 'labl twice\n')
    const failed = JSON.parse((await iap(['check', 'p/rules.iap', '--format', 'json'], { cwd })).stdout) as Report
    expect(failed.diagnostics.map((one) => [one.code, one.file])).toEqual([['IAP1001', 'p/twice.iap']])
  })

  test('has fixes of its own alone', async () => {
    const cwd = folderWith({ 'iap.json': '{ "language": 1 }' })
    for (const name of ['p/a.iap', 'p/b.iap']) writeFileSync(join(cwd, name), `permit ${name[2]} on s.a to anone\n`)
    const wrong = { a: readFileSync(join(cwd, 'p/a.iap'), 'utf8'), b: readFileSync(join(cwd, 'p/b.iap'), 'utf8') }
    await iap(['check', 'p/a.iap', '--fix'], { cwd })
    expect(readFileSync(join(cwd, 'p/b.iap'), 'utf8')).toBe(wrong.b)
    expect(readFileSync(join(cwd, 'p/a.iap'), 'utf8')).not.toBe(wrong.a)
  })

  test('ends at the root of the repository', async () => {
    const cwd = folderWith({ 'iap.json': '{ "language": 1 }', 'p/.git/HEAD': '' })
    const { code, stderr } = await iap(['check', 'p/looks.test.iap'], { cwd })
    expect([code, stderr]).toEqual([1, expect.stringContaining('note: other policies beside these files were not read')])
  })

  test('without a mark is read with its imports, and other policies beside it are told if it has errors', async () => {
    const cwd = folderWith({})
    const note =
      'note: other policies beside these files were not read; name the folder, or put `iap.json` where the project begins\n'
    expect(await iap(['check', 'p/looks.test.iap'], { cwd })).toMatchObject({ code: 1, stderr: note })
    expect(await iap(['check', 'p/rules.iap'], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(await iap(['check', 'p'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })

  test('of one project and one of another are checked as they are named', async () => {
    const cwd = folderWith({ 'p/iap.json': '{ "language": 1 }', 'q/iap.json': '{ "language": 1 }', 'q/a.iap': 'label a\n' })
    const { stdout } = await iap(['check', 'p/rules.iap', 'q/a.iap', '--format', 'json'], { cwd })
    expect((JSON.parse(stdout) as Report).files).toBe(3)
  })
})
