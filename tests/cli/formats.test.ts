import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readXml } from '../support/junit/read-xml.ts'
import { validateJunit } from '../support/junit/validate-junit.ts'
import { codeQualityFaults } from '../support/validate-code-quality.ts'
import { validateSarif } from '../support/validate-sarif.ts'
import { folderOf } from './iap.ts'
import { inside } from './inside.ts'

const POLICY = `identity staff via jwt { sub: string }

service rooms at "rooms.example" {
  route list GET  "/rooms"
  route book POST "/rooms/{id: int}/bookings"
}

permit looks
  on rooms.list
  to staff

test "staff look" {
  as staff { sub: "ann" }
  GET "https://rooms.example/rooms"
  expect permit
}

invariant signed_in
  on *
  denied when caller is anonymous
`
const edit = (from: string, to: string) => {
  expect(POLICY).toContain(from)
  return POLICY.replace(from, to)
}

interface Issue {
  readonly description: string
  readonly check_name: string
  readonly severity: string
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } }
}

/** Runs a command with both formats for code hosts, and returns the exit code, GitHub's commands and GitLab's issues. */
async function both(files: Readonly<Record<string, string>>, ...words: string[]) {
  const cwd = folderOf(files)
  const { code, stdout, stderr } = await inside([...words, '--format', 'github', '--output', 'gitlab=out/gl.json'], { cwd })
  const issues = JSON.parse(readFileSync(join(cwd, 'out/gl.json'), 'utf8')) as readonly Issue[]
  expect(codeQualityFaults(issues)).toEqual([])
  const commands = stdout.split('\n').filter((line) => line !== '')
  return {
    code,
    stderr,
    commands: commands.map((line) => line.replace(/,endLine=\d+|,col=\d+|,endColumn=\d+/g, '')),
    issues: issues.map((one) => [one.check_name, one.severity, `${one.location.path}:${one.location.lines.begin}`]),
  }
}

describe('findings for code hosts', () => {
  test.each(['check', 'lint', 'test', 'prove', 'fmt', 'diff'])('of iap %s are none if all is well', async (command) => {
    const paths = command === 'diff' ? ['a.iap', 'a.iap'] : ['a.iap']
    const text = POLICY.replace('  route book POST "/rooms/{id: int}/bookings"\n', '').replace('list GET  "', 'list GET "')
    expect(await both({ 'a.iap': text }, command, ...paths)).toEqual({ code: 0, stderr: '', commands: [], issues: [] })
  })

  test.each(['check', 'lint', 'test', 'prove', 'diff'])('of iap %s are the errors of a policy', async (command) => {
    const paths = command === 'diff' ? ['a.iap', 'a.iap'] : ['a.iap']
    const { code, commands, issues } = await both({ 'a.iap': edit('to staff', 'to stuff') }, command, ...paths)
    const times = command === 'diff' ? 2 : 1
    expect([code, commands.length, issues]).toEqual([1, times, Array(times).fill(['IAP2008', 'major', 'a.iap:10'])])
    expect(commands[0]).toMatch(/^::error file=a\.iap,line=10,title=IAP2008::/)
  })

  test('of iap test are failures, what no test covers, and mutants that survive', async () => {
    const failed = await both({ 'a.iap': edit('expect permit', 'expect deny') }, 'test', 'a.iap', '--coverage')
    expect(failed.code).toBe(1)
    expect(failed.issues).toEqual([
      ['test-failed', 'major', 'a.iap:15'],
      ['uncovered', 'minor', 'a.iap:5'],
    ])
    expect(failed.commands[0]).toMatch(
      /^::error file=a\.iap,line=15,title=test-failed::the test `staff look` failed: expected deny, but was permit by looks%0A/,
    )
    expect(failed.commands[1]).toBe('::warning file=a.iap,line=5,title=uncovered::no test takes the route `rooms.book`')
    const passed = await both({ 'a.iap': POLICY }, 'test', 'a.iap', '--mutate')
    expect([passed.code, new Set(passed.issues.map(([name]) => name))]).toEqual([0, new Set(['mutant-survived'])])
  })

  test('of iap prove are broken invariants, with the test that breaks one', async () => {
    const { code, commands, issues } = await both({ 'a.iap': edit('to staff', 'to anyone') }, 'prove', 'a.iap')
    expect([code, issues]).toEqual([1, [['invariant-broken', 'major', 'a.iap:18']]])
    expect(commands[0]).toMatch(/title=invariant-broken::the invariant `signed_in` is broken%0A.*test .*as anonymous/)
  })

  test('of iap prove are unknown invariants, of which some may be', async () => {
    const unknown = edit('denied when caller is anonymous', 'permitted only when caller is anonymous || size(request.path) > 2')
    const one = await both({ 'a.iap': unknown }, 'prove', 'a.iap')
    expect([one.code, one.issues]).toEqual([1, [['invariant-unknown', 'major', 'a.iap:18']]])
    const allowed = await both({ 'a.iap': unknown.replace('> 2\n', '> 2\n  allow unknown\n') }, 'prove', 'a.iap')
    expect([allowed.code, allowed.issues]).toEqual([0, [['invariant-unknown', 'info', 'a.iap:18']]])
  })

  test('of iap fmt are files that would change, at the first line that does, and syntax errors', async () => {
    const files = { 'a.iap': edit('list GET  "/rooms"', 'list GET "/rooms"'), 'b.iap': 'labl  c\n', 'c.iap': POLICY }
    const { code, commands, issues } = await both(files, 'fmt', '.', '--check')
    expect([code, issues]).toEqual([
      1,
      [
        ['IAP1001', 'major', 'b.iap:1'],
        ['not-formatted', 'major', 'a.iap:4'],
      ],
    ])
    expect(commands[1]).toBe('::error file=a.iap,line=4,title=not-formatted::the file is not formatted%0Arun `iap fmt`')
    // Without --check it is formatted, and nothing is left to report.
    expect((await both({ 'a.iap': files['a.iap'] }, 'fmt', '.')).issues).toEqual([])
  })

  test('of iap diff are changes, at the rule that decides', async () => {
    const files = { 'a.iap': POLICY, 'b.iap': edit('to staff', 'to anyone') }
    const found = await both(files, 'diff', 'a.iap', 'b.iap')
    expect([found.code, found.issues]).toEqual([0, [['more-permissive', 'minor', 'b.iap:8']]])
    const forbidden = await both(files, 'diff', 'a.iap', 'b.iap', '--forbid-more-permissive')
    expect([forbidden.code, forbidden.issues]).toEqual([1, [['more-permissive', 'major', 'b.iap:8']]])
    expect(forbidden.commands[0]).toMatch(
      /^::error .*::more permissive: `rooms\.list` for anonymous%0A\/\/ before: .*%0Atest "newly permitted"/,
    )
    const less = await both(files, 'diff', 'b.iap', 'a.iap', '--forbid-more-permissive')
    // No rule of NEW decides, so the route is named.
    expect([less.code, less.issues]).toEqual([0, [['less-permissive', 'info', 'a.iap:4']]])
  })
})

describe('several formats in one run', () => {
  test('people read standard output, and each program its file', async () => {
    const cwd = folderOf({ 'a.iap': edit('to staff', 'to stuff') })
    const words = ['check', 'a.iap', '--format', 'human', '--output', 'sarif=a.sarif', '--output', 'json=a.json']
    const { code, stdout, stderr } = await inside(words, { cwd })
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^error\[IAP2008\][\s\S]*✗ 1 error in 1 file\n$/)
    const read = (name: string) => JSON.parse(readFileSync(join(cwd, name), 'utf8'))
    expect([validateSarif(read('a.sarif')), read('a.json').errors]).toEqual([true, 1])
  })

  test('results of tests for people, for the CI server and for a code host', async () => {
    const cwd = folderOf({ 'a.iap': edit('expect permit', 'expect deny') })
    const words = ['test', 'a.iap', '--coverage', '--output', 'junit=junit.xml', '--output', 'gitlab=gl.json']
    const { code, stdout, stderr } = await inside(words, { cwd })
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toContain('uncovered  a.iap:5:9  no test takes the route `rooms.book`')
    const junit = readFileSync(join(cwd, 'junit.xml'), 'utf8')
    expect(await validateJunit(junit)).toEqual([])
    expect(readXml(junit).find('failure')).toHaveLength(1)
  })

  test.each([
    [['check', 'a.iap', '--output', 'a.json'], '`--output` must be FORMAT=FILE, got `a.json`'],
    [['prove', 'a.iap', '--output', 'junit=a.xml'], '`--output` has no format `junit`'],
    [['fmt', '-', '--output', 'json=a.json'], '`iap fmt -` supports neither `--format` nor `--output`'],
    [['lint', 'a.iap', '--output', 'json=b.iap'], '`b.iap` would be read as a policy'],
    [['check', 'a.iap', '--output', 'json=o.json', '--output', 'sarif=b.iap'], '`b.iap` would be read as a policy'],
    [['test', 'a.iap', '--lcov', 'x', '--html', './x'], '`--html` names `./x`, as does `--lcov`'],
    [['test', 'a.iap', '--output', 'json=x', '--lcov', 'x'], '`--lcov` names `x`, as does `--output`'],
    [['test', 'a.iap', '--output', 'json=x', '--html', 'b.iap'], '`b.iap` would be read as a policy'],
  ])('%j cannot be carried out, and writes no file', async (words, message) => {
    const cwd = folderOf({ 'a.iap': POLICY })
    const { code, stdout, stderr } = await inside(words, { cwd })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
    expect(readdirSync(cwd)).toEqual(['a.iap'])
  })
})

test('coverage that JUnit readers see: what no test covers is the output of its file', async () => {
  const cwd = folderOf({ 'a.iap': POLICY })
  const { code, stdout, stderr } = await inside(['test', 'a.iap', '--coverage', '--format', 'junit'], { cwd })
  expect(await validateJunit(stdout)).toEqual([])
  const gap = 'no test takes the route `rooms.book`'
  expect(readXml(stdout).find('system-out')[0]?.text).toBe(`a.iap:5:9 ${gap}\n`)
  expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`^uncovered {2}a\\.iap:5:9 {2}${gap}\ncoverage `))])
})

describe('iap fmt --check', () => {
  test('shows the difference', async () => {
    const cwd = folderOf({ 'a.iap': 'label a\nlabel   b\n' })
    expect((await inside(['fmt', '.', '--check'], { cwd })).stdout).toBe(
      '--- a/a.iap\n+++ b/a.iap\n@@ -1,2 +1,2 @@\n label a\n-label   b\n+label b\n✗ 1 file of 1 would change\n',
    )
  })

  test('cuts long lines of it', async () => {
    const cwd = folderOf({ 'a.iap': `label   a // ${'x'.repeat(3000)}\n` })
    const { code, stdout } = await inside(['fmt', '.', '--check'], { cwd })
    // A removed line has a mark and 12 characters before the 3000.
    expect([code, stdout]).toEqual([1, expect.stringContaining(`-label   a // ${'x'.repeat(986)}… 2014 more characters\n`)])
  })

  test('shows no more than 500 lines of it, and which files are left', async () => {
    const long = Array.from({ length: 300 }, (_, at) => `label   l${at}\n`).join('')
    const cwd = folderOf({ 'a.iap': long, 'b.iap': 'label   b\n', 'c.iap': 'label   c\n' })
    const { stdout } = await inside(['fmt', '.', '--check'], { cwd })
    const lines = stdout.trimEnd().split('\n')
    // The difference has a head of three lines, 300 removed and 300 added.
    expect(lines.slice(500)).toEqual([
      '… 103 more lines of the difference of a.iap',
      '… and 2 more files: b.iap, c.iap',
      '✗ 3 files of 3 would change',
    ])
  })
})
