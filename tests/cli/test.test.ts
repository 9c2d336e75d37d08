// test --coverage, --mutate, --min and --format junit; eval --data.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readXml } from '../support/junit/read-xml.ts'
import { validateJunit } from '../support/junit/validate-junit.ts'
import { folderOf, project } from './iap.ts'
import { inside as iap, ticking } from './inside.ts'

const POLICY = `
identity staff via jwt { sub: string, level?: int }
data assigned: map<string, set<string>>
service s at "s.test" { route a GET "/a/{id}" route b GET "/b" }
permit assigned_read on s.a to staff when params.id in assigned[?caller.sub].orValue([])
permit chiefs on s.a to staff when has(caller.level) && caller.level >= 3
forbid lost on s.b
`
const TESTS = `
import { staff, assigned } from "./p.iap"
test "assigned" {
  as staff { sub: "ann" }
  GET "https://s.test/a/1"
  data assigned: { ann: ["1"] }
  expect permit by assigned_read
}
test "chief" { as staff { sub: "bob", level: 3 } GET "https://s.test/a/1" expect permit by chiefs }
test "nobody" { as staff { sub: "eve", level: 2 } GET "https://s.test/a/1" expect deny by default }
`
const tested = (tests = TESTS) => folderOf({ 'p.iap': POLICY, 'p.test.iap': tests })

describe('a test of any request', () => {
  const any = `import { staff, s } from "./p.iap"
test "strangers" { for any request on * when caller is anonymous expect deny }
test "squares" { for any request on s.a when caller is staff && params.id.size() * params.id.size() < 0 expect deny }
`

  test('is proved, or tried, and says which', async () => {
    const cwd = tested(any)
    const { code, stdout, stderr } = await iap(['test', '.'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`proved  strangers  p.test.iap:2:66
tried on 2000 requests  squares  p.test.iap:3:105
✓ 2 tests passed
`)
    const json = JSON.parse((await iap(['test', '.', '--format', 'json'], { cwd })).stdout)
    expect(json.tests.map(({ evidence }: { evidence: string }) => evidence)).toEqual(['proved', 'tried on 2000 requests'])
    expect(json).toMatchObject({ passed: 2, failed: 0 })
  })

  test('fails with a request that breaks it, and nothing is built', async () => {
    const cwd = tested(
      'import { staff, s } from "./p.iap"\ntest "closed" { for any request on s.a when caller is staff expect deny }\n',
    )
    const { code, stdout } = await iap(['test', '.'], { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('failed  closed  p.test.iap:2:61\n        expected  deny for any request\n')
    expect(stdout).toContain(
      '// this is permitted, against the test "closed": its condition is true\n        test "closed is broken" {',
    )
    const built = await iap(['build', '.', '-o', 'out.iapb', '--sequence', '1'], { cwd })
    expect(built.code).toBe(1)
    expect(existsSync(join(cwd, 'out.iapb'))).toBe(false)
  })

  test('is no test that a bundle carries', async () => {
    const cwd = tested(`${any}test "nobody" { GET "https://s.test/b" expect deny by lost }\n`)
    const { code, stderr } = await iap(['build', '.', '-o', 'out.iapb', '--sequence', '1'], { cwd })
    expect(code).toBe(0)
    expect(stderr).not.toContain('no room')
    expect((await iap(['inspect', 'out.iapb'], { cwd })).stdout).toContain('3 passed, 0 failed; 1 in the bundle')
  })
})

test('a name with control characters stays on its line', async () => {
  const name = 'a\\u001b[2J\\u0007\\n::add-mask::x'
  const shown = 'a\\u001b[2J\\u0007\\u000a::add-mask::x'
  const cwd = tested(`${TESTS}
test "${name}" { GET "https://s.test/b" expect permit }
test "any ${name}" { for any request on * when caller is anonymous expect deny }
`)
  const results = [await iap(['test', '.'], { cwd }), await iap(['build', '.', '-o', 'out.iapb', '--sequence', '1'], { cwd })]
  for (const { code, stdout, stderr } of results) {
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(`failed  ${shown}  `)])
    for (const control of ['\u001b', '\u0007', '\n::']) expect(stdout + stderr).not.toContain(control)
  }
  expect(results[0]?.stdout).toContain(`proved  any ${shown}  `)
  const { stderr } = await iap(['test', 'no\n::error::x'], { cwd })
  expect(stderr).toContain('`no\\u000a::error::x` does not exist')
})

describe('--coverage', () => {
  test('says what no test decides', async () => {
    const { code, stdout, stderr } = await iap(['test', '.', '--coverage'], { cwd: tested() })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`uncovered  p.iap:4:53  no test takes the route \`s.b\`
uncovered  p.iap:7:8  no test is decided by \`lost\`
coverage 77.7 %: routes 1/2, rules 2/3, clauses each way 4/4
✓ 3 tests passed
`)
  })

  test('as JSON, for viewers of lcov, as a page', async () => {
    const folder = tested()
    const words = ['test', '.', '--lcov', 'out/lcov.info', '--html', 'coverage.html', '--format', 'json']
    const { code, stdout } = await iap(words, { cwd: folder })
    expect(code).toBe(0)
    const { coverage } = JSON.parse(stdout) as { coverage: { rules: object[]; clauses: object[] } }
    expect(coverage).toMatchObject({ covered: 7, total: 9 })
    expect(coverage.rules[2]).toMatchObject({ name: 'lost', tests: 0, file: 'p.iap', start: { line: 7, column: 8 } })
    expect(coverage.clauses[0]).toMatchObject({ owner: 'assigned_read', kind: 'when', true: 1, false: 2, errors: 0 })
    expect(readFileSync(join(folder, 'out/lcov.info'), 'utf8')).toContain('SF:p.iap\nFN:4,s.a\n')
    expect(readFileSync(join(folder, 'coverage.html'), 'utf8')).toContain('no test takes the route <code>s.b</code>')
  })

  test('is a gate with --min', async () => {
    const folder = tested()
    const low = await iap(['test', '.', '--coverage', '--min', '78'], { cwd: folder })
    expect([low.code, low.stderr]).toEqual([1, 'coverage is 77.7 %, below --min 78\n'])
    expect((await iap(['test', '.', '--coverage', '--min', '77'], { cwd: folder })).code).toBe(0)
  })
})

describe('--mutate', () => {
  test('lists the mistakes that no test notices, with where and what', async () => {
    const { code, stdout, stderr } = await iap(['test', '.', '--mutate'], { cwd: tested() })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^survived {3}p\.iap:7:8 {2}`lost` never holds$/m)
    expect(stdout).not.toContain('`>=` becomes `>`')
    expect(stdout).toMatch(/^mutation score [\d.]+ %: \d+ of \d+ mutants noticed; \d+ equivalent, \d+ invalid$/m)
  })

  test('notices a rule without which a body is not read, and so not refused', async () => {
    const cwd = folderOf({
      'orders.iap': `identity staff via oidc { sub: string, groups: set<string> }
service orders at "o.example" { route refund POST "/refunds" body { amount: int } }
permit refunds on orders.refund to staff when "managers" in caller.groups
test "no amount" {
  as staff { sub: "ann", groups: ["managers"] }
  POST "https://o.example/refunds" {}
  expect reject 400
}
`,
    })
    const { stdout } = await iap(['test', '.', '--mutate'], { cwd })
    expect(stdout).not.toContain('`refunds` never holds')
    expect(stdout).not.toContain('`permit` becomes `forbid`')
    expect(stdout).not.toContain('`when` becomes `unless`')
    expect(stdout).toContain('survived   orders.iap:3:42  without `when')
  })

  test('as JSON, and as a gate', async () => {
    const { code, stdout, stderr } = await iap(['test', '.', '--mutate', '--min', '100', '--format', 'json'], { cwd: tested() })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^the mutation score is [\d.]+ %, below --min 100\n$/)])
    const { mutation } = JSON.parse(stdout) as { mutation: { mutants: object[]; killed: number; survived: number } }
    expect(mutation.mutants).toContainEqual({
      operator: 'move-bound',
      change: '`3` becomes `4`',
      file: 'p.iap',
      start: { line: 6, column: 73, offset: expect.any(Number) },
      end: { line: 6, column: 74, offset: expect.any(Number) },
      outcome: 'killed',
      test: 'chief',
    })
  })

  test('tells on a terminal how far it is, in a line that is gone in the end', async () => {
    const cwd = tested()
    const { stderr } = await iap(['test', '.', '--mutate'], { cwd, terminal: true, now: ticking() })
    const [, ...shown] = stderr.split('\r\u001b[K')
    const all = /^mutant 1 of (\d+)$/.exec(shown[0] ?? '')?.[1]
    expect(shown.slice(-2)).toEqual([`mutant ${all} of ${all}`, ''])
  })

  test('makes none where a test fails as it is', async () => {
    const { code, stdout, stderr } = await iap(['test', '.', '--mutate'], {
      cwd: tested(TESTS.replace('by chiefs', 'by assigned_read')),
    })
    expect(code).toBe(1)
    expect(stderr).toContain('no mutants were made')
    expect(stdout).toContain('✗ 1 test failed, 2 passed')
  })

  test('finds nothing in the tests of the template', async () => {
    const { code, stdout } = await iap(['test', 'policies', '--coverage', '--mutate', '--min', '100'], { cwd: project() })
    expect(stdout).toContain('coverage 100 %')
    expect([code, stdout.match(/^survived/m)]).toEqual([0, null])
  })
})

test.each([
  [['test', '.', '--min', '5'], '`--min` needs `--coverage` or `--mutate`'],
  [['test', '.', '--coverage', '--min', '101'], '`--min` is at most 100'],
  [['test', '.', '--coverage', '--min', 'x'], '`--min` must be a whole number from 0'],
  [['test', '.', '--html', 'p.iap/x.html'], '`p.iap/x.html` cannot be written'],
  [['test', '.', '--format', 'xml'], '`--format` cannot be `xml`'],
])('%j cannot be carried out', async (words, message) => {
  const { code, stdout, stderr } = await iap(words, { cwd: tested() })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

describe('--format junit', () => {
  test('shows the mutants that no test notices on standard error', async () => {
    const { code, stderr } = await iap(['test', '.', '--mutate', '--min', '100', '--format', 'junit'], { cwd: tested() })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^survived {3}p\.iap:7:8 {2}`lost` never holds$/m)
    expect(stderr).toMatch(/^mutation score [\d.]+ %: /m)
  })

  test.each(['human', 'junit', 'github', 'gitlab'])('policies without tests are noted with --format %s', async (format) => {
    const { code, stderr } = await iap(['test', '.', '--format', format], { cwd: folderOf({ 'p.iap': POLICY }) })
    expect([code, stderr]).toEqual([0, 'the files contain no `test`\n'])
  })

  test('is valid, and holds every row', async () => {
    const rows =
      'test "rows" { as staff { sub: "ann" } GET $url expect $effect cases { "a" : { url: "https://s.test/a/1", effect: "deny" }, "b": { url: "https://s.test/b", effect: "permit" } } }'
    const { code, stdout } = await iap(['test', '.', '--format', 'junit'], { cwd: tested(`${TESTS}\n${rows}`) })
    expect(code).toBe(1)
    expect(await validateJunit(stdout)).toEqual([])
    const report = readXml(stdout)
    expect(report.find('testcase').map(({ attributes }) => attributes.name)).toEqual([
      'assigned',
      'chief',
      'nobody',
      'rows / a',
      'rows / b',
    ])
    expect(report.find('failure').map(({ attributes }) => attributes.message)).toEqual(['expected permit, but was deny by lost'])
  })

  test('has a case with an error for each error of a policy that does not check', async () => {
    const folder = folderOf({ 'p.iap': 'permit x on y.z to anyone\n' })
    const { code, stdout, stderr } = await iap(['test', '.', '--format', 'junit'], { cwd: folder })
    expect(code).toBe(1)
    expect(
      readXml(stdout)
        .find('error')
        .map(({ attributes }) => attributes.type),
    ).toEqual(['IAP2001'])
    expect(await validateJunit(stdout)).toEqual([])
    expect(stderr).toContain('no test ran')
  })
})

describe('eval --data', () => {
  const request = JSON.stringify({
    method: 'GET',
    url: 'https://s.test/a/1',
    caller: { identity: 'staff', claims: { sub: 'ann' } },
  })
  const own = JSON.stringify({ ...(JSON.parse(request) as object), data: { assigned: {} } })
  const run = (data: string | null, stdin: string) => {
    const folder = tested()
    if (data !== null) writeFileSync(join(folder, 'data.json'), data)
    return iap(['eval', '.', '--data', 'data.json'], { cwd: folder, stdin })
  }

  test('is there for all requests that do not bring their own', async () => {
    const { code, stdout } = await run('{"assigned":{"ann":["1"]}}', `${request}\n${own}\n`)
    expect(code).toBe(0)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { effect: 'permit', rules: ['assigned_read'] },
      { effect: 'deny', reason: 'default' },
    ])
  })

  test('that is not there denies', async () => {
    const { stdout } = await iap(['eval', '.'], { cwd: tested(), stdin: request })
    expect(JSON.parse(stdout)).toMatchObject({ effect: 'deny', reason: 'data' })
  })

  test.each([
    [null, '`data.json` does not exist'],
    ['{"assigned":', '`data.json` cannot be read: it is not JSON, at its end'],
    ['{"assigned":{},"assigned":{}}', '`data.json` cannot be read: an object has the same name twice'],
    ['[]', '`data.json` must contain a JSON object'],
    ['{"asigned":{}}', 'the policy has no datum `asigned`: name data that it declares'],
    ['{"assigned":{"ann":[1]}}', 'data `assigned/ann/0` must be string'],
  ])('that is %j cannot be taken', async (data, message) => {
    const { code, stdout, stderr } = await run(data, request)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})

test('no file is left behind by a run that only asks', async () => {
  const folder = tested()
  await iap(['test', '.', '--coverage', '--mutate'], { cwd: folder })
  expect(existsSync(join(folder, '.iap'))).toBe(false)
})
