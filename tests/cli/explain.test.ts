// explain, and what `iap test` says of a test that fails.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folderOf, iap, root } from './iap.ts'
import { inside } from './inside.ts'

const POLICY = `
identity staff via jwt { sub: string, level?: int, quota: int, groups: set<string> }
identity robot via mtls
role chief of staff when "chiefs" in caller.groups
label money
data assigned: map<string, set<string>>
service s at "s.test" {
  route a GET "/a/{id}"
  route b POST "/b" body { amount: int } is money
}
def over(factor: int): bool = caller is staff && caller.quota * factor > 10

permit assigned_read on s.a to staff when params.id in assigned[?caller.sub].orValue([])
permit busy on s.a to staff when over(9007199254740991)
permit robots on s.a to robot
permit refund
  on      s.b
  to      chief
  when    body.amount < 500
  require mfa within 10m
  limit   5 per 1h by caller.sub
  header  "x-sub" = caller.sub
forbid lost on s.b to staff unless has(caller.level) && caller.level < 3 because "Not you."
shadow forbid strange on s.a when caller is staff
`
const STAFF = { sub: 'ann', quota: 5, groups: ['chiefs'] }
const ask = (path: string, more: object = {}) => ({ method: 'GET', url: `https://s.test${path}`, ...more })
const staff = (more: object = {}) => ({ caller: { identity: 'staff', claims: { ...STAFF, ...more } } })
const refund = (amount: number, auth: object = {}) => ({
  ...ask('/b', { method: 'POST', body: { amount } }),
  caller: { identity: 'staff', claims: { ...STAFF, level: 2 }, ...auth },
})

interface Told {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** With the requests in a file, one a line. */
function explain(
  requests: readonly (object | string)[],
  words: readonly string[] = [],
  files: Record<string, string> = {},
): Promise<Told> {
  const lines = requests.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  const cwd = folderOf({ 'p.iap': POLICY, 'requests.jsonl': lines.join('\n'), ...files })
  return inside(['explain', 'p.iap', '--request', 'requests.jsonl', ...words], { cwd })
}

async function explainOne(request: object, words: readonly string[] = []) {
  const { code, stdout } = await explain([request], ['--format', 'json', ...words])
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

describe('for people', () => {
  test('each rule, its clauses, what they read, and what is missing', async () => {
    const { code, stdout, stderr } = await explain([
      { id: 'one', ...ask('/a/7', { ...staff(), data: { assigned: { bob: ['7'] } } }) },
      refund(900),
    ])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^revision sha256:[0-9a-f]{64}\n$/)])
    expect(stdout).toBe(`✗ deny by default (could not be evaluated: busy)  on s.a  id one
  shadow rules that would have changed it: strange
  ✗ permit assigned_read  does not hold  p.iap:13:8
      ✗ when params.id in assigned[?caller.sub].orValue([])  p.iap:13:43
          reads params.id, assigned[?caller.sub], caller.sub
  ! permit busy  could not be evaluated  p.iap:14:8
      ! when over(9007199254740991)  p.iap:14:34
          overflow at caller.quota * factor  p.iap:11:50
          reads caller.quota
  · permit robots  not in play: it is to robot  p.iap:15:8
  ✓ shadow forbid strange  holds  p.iap:24:15
      ✓ when caller is staff  p.iap:24:35
  nearest permit: assigned_read: 1 clause of it is not true  p.iap:13:8
      ✗ when params.id in assigned[?caller.sub].orValue([])

✗ deny by default  on s.b
  ✗ forbid lost  does not hold  p.iap:23:8
      ✗ unless has(caller.level) && caller.level < 3  p.iap:23:36
          reads caller.level
  ✗ permit refund  does not hold  p.iap:16:8
      ✗ when body.amount < 500  p.iap:19:11
          reads body.amount
      · limit by caller.sub  p.iap:21:23
      · header "x-sub" = caller.sub  p.iap:22:21
      ✗ require mfa within 10m  p.iap:20:11
  nearest permit: refund: 4 clauses of it are not true  p.iap:16:8
      ✗ when body.amount < 500
      · limit by caller.sub
      · header "x-sub" = caller.sub
      ✗ require mfa within 10m
`)
  })

  test('values where they are asked for, and nowhere else', async () => {
    const request = ask('/a/7', { ...staff(), data: { assigned: { ann: ['8'] } } })
    expect((await explain([request])).stdout).not.toContain('ann')
    expect((await explain([request], ['--values'])).stdout).toContain(
      'reads params.id = "7", assigned[?caller.sub] = ["8"], caller.sub = "ann"\n',
    )
  })

  test('a forbid that decides, and the permit that it is in the way of', async () => {
    const auth = { auth: { amr: ['mfa'], time: '2026-01-01T11:55:00Z' } }
    const { stdout } = await explain([{ ...refund(90), caller: { identity: 'staff', claims: STAFF, ...auth } }])
    expect(stdout).toContain('✗ deny by lost  on s.b\n  because "Not you."\n  ✓ forbid lost  holds, decides  p.iap:23:8\n')
    expect(stdout).toContain('  · permit refund  waits for the body  p.iap:16:8\n      ? when body.amount < 500  p.iap:19:11\n')
    expect(stdout).toMatch(/ {2}nearest permit: refund: 3 clauses of it are not true {2}p.iap:16:8\n/)
    expect(stdout).toMatch(/\n {6}and nothing is permitted while lost holds\n$/)
  })

  test('what ended before rules were judged', async () => {
    const { stdout } = await explain([ask('/none'), ask('/a/7'), ask('/a/../b', staff())])
    expect(stdout).toBe(`✗ deny by no-route
  no route at this host has this path

✗ deny by data  on s.a
  \`assigned\` never arrived, and a rule on the route reads it

✗ reject 400: the path contains a \`.\` or \`..\` segment, or one that a service may decode to it: send the path without it
`)
  })

  test('nothing of a request reaches a terminal as it is', async () => {
    const request = ask('/a/7', { ...staff({ sub: 'a\u202eb\u001b[2J' }), data: { assigned: {} }, id: '\u001b]0;x' })
    const { stdout } = await explain([request], ['--values'])
    expect(stdout).toContain('id \uFFFD]0;x')
    expect(stdout).toContain('caller.sub = "a\uFFFDb\\u001b[2J"')
  })
})

describe('for programs', () => {
  test('what becomes of clauses: true, false, an error, waiting, nobody asked', async () => {
    const { rules, nearest } = await explainOne(refund(90))
    expect(rules.map(({ rule, outcome }: { rule: string; outcome: string }) => [rule, outcome])).toEqual([
      ['lost', 'fails'],
      ['refund', 'unmet'],
    ])
    const clauses = rules[1].clauses.map(({ clause, outcome }: Record<string, string>) => [clause, outcome])
    expect(clauses).toEqual([
      ['when', 'true'],
      ['limit', 'true'],
      ['header', 'true'],
      ['require', 'false'],
    ])
    expect(nearest).toMatchObject({ permit: 'refund', to: null, clauses: [{ clause: 'require' }], forbids: [] })

    const early = await explainOne({ ...refund(90), caller: { identity: 'staff', claims: STAFF } })
    expect(early.rules[1]).toMatchObject({ outcome: 'open', clauses: [{ outcome: 'open' }, {}, {}, { outcome: 'false' }] })

    const read = await explainOne(ask('/a/7', { ...staff(), data: { assigned: {} } }))
    const [assigned, busy, robots] = read.rules
    expect(assigned).toMatchObject({ outcome: 'fails', decides: false, to: ['staff'] })
    expect(busy).toMatchObject({ outcome: 'errs', clauses: [{ outcome: 'error', error: { kind: 'overflow' } }] })
    expect(robots).toMatchObject({ outcome: 'not-in-play', missingRoles: [], clauses: [] })
  })

  test('a rule for a role that the caller lacks has the condition of the role', async () => {
    const lacking = { ...refund(90), caller: { identity: 'staff', claims: { ...STAFF, groups: ['cooks'] } } }
    const { rules, nearest } = await explainOne(lacking, ['--values'])
    expect(rules.find(({ rule }: { rule: string }) => rule === 'refund')).toMatchObject({
      outcome: 'not-in-play',
      missingRoles: [
        {
          role: 'chief',
          text: '"chiefs" in caller.groups',
          reads: [{ path: 'caller.groups', type: 'set<string>', value: ['cooks'] }],
          place: { file: 'p.iap', start: { line: 4, column: 26 } },
        },
      ],
    })
    expect(nearest).toMatchObject({ permit: 'refund', to: ['chief'] })
    expect((await explain([lacking])).stdout).toContain(`  · permit refund  not in play: it is to chief  p.iap:16:8
      ✗ role chief when "chiefs" in caller.groups  p.iap:4:26
          reads caller.groups
`)
    // Its condition is not evaluated for a caller of another identity.
    const other = await explainOne({ ...refund(90), caller: { identity: 'robot', claims: {} } })
    expect(other.rules.map(({ missingRoles }: { missingRoles: unknown }) => missingRoles)).toEqual(
      Array(other.rules.length).fill([]),
    )
  })

  test('a permit has no nearest one', async () => {
    const { answer, nearest, missing } = await explainOne(ask('/a/7', { ...staff(), data: { assigned: { ann: ['7'] } } }))
    expect([answer.effect, nearest, missing]).toEqual(['permit', null, []])
  })

  test('data of a file, and of the request instead', async () => {
    const words = ['--format', 'json', '--data', 'data.json']
    const files = { 'data.json': '{"assigned":{"ann":["7"]}}' }
    const { stdout } = await explain([ask('/a/7', staff()), ask('/a/7', { ...staff(), data: { assigned: {} } })], words, files)
    const effects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).answer.effect)
    expect(effects).toEqual(['permit', 'deny'])
  })

  test('the examples of the reference', async () => {
    const page = readFileSync(join(root, 'spec/language/explanation.md'), 'utf8')
    const blocks = (language: string) =>
      [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text)
    const [request = '', told = '', other = ''] = blocks('json')
    const [shown = '', shownOther = ''] = blocks('text')
    const cwd = folderOf({ 'orders.iap': blocks('iap')[0] ?? '', 'request.json': request, 'other.json': other })
    const words = ['explain', 'orders.iap', '--request', 'request.json']
    const { stdout } = await inside([...words, '--format', 'json', '--values'], { cwd })
    const { answer, ...why } = JSON.parse(stdout)
    const { revision, ...rest } = answer
    expect(revision).toMatch(/^sha256:/)
    expect({ answer: rest, ...why }).toEqual(JSON.parse(told))
    expect((await inside(words, { cwd })).stdout).toBe(shown)
    expect((await inside([...words.slice(0, -1), 'other.json'], { cwd })).stdout).toBe(shownOther)
  })
})

describe('what cannot be explained', () => {
  test('a line that is no request is told with its number, and the others are explained', async () => {
    const requests = [ask('/none'), '{"method":', { id: '3', metod: 'GET' }, ask('/none')]
    const human = await explain(requests)
    expect(human.code).toBe(2)
    expect(human.stdout.match(/^✗ deny by no-route$/gm)).toHaveLength(2)
    expect(human.stderr).toMatch(
      /^revision .*\nline 2: this line cannot be read: .*\nline 3: the request has no member "metod"\n$/,
    )
    const { code, stdout } = await explain(requests, ['--format', 'json'])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([code, lines.length]).toEqual([2, 4])
    expect(lines[2]).toEqual({ id: '3', error: { line: 3, message: 'the request has no member "metod"' } })
  })

  test('a policy with an error, a file that is not there, a key for sources', async () => {
    const broken = await explain([], [], { 'p.iap': 'permit p on x.y to anyone' })
    expect([broken.code, broken.stdout]).toEqual([1, ''])
    expect(broken.stderr).toContain('nothing was explained: ')
    const cwd = folderOf({ 'p.iap': POLICY })
    expect(await inside(['explain', 'p.iap', '-r', 'none'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`none` does not exist'),
    })
    expect((await inside(['explain', 'p.iap', '-k', 'x'], { cwd })).code).toBe(2)
  })

  test('--exit-code tells of a refusal', async () => {
    expect((await explain([ask('/none')], ['--exit-code'])).code).toBe(1)
    expect((await explain([ask('/none')])).code).toBe(0)
  })
})

describe('a bundle', () => {
  test('is explained by the sources that it carries, as a process of its own', async () => {
    const folder = folderOf({ 'p.iap': POLICY })
    const built = await inside(['build', 'p.iap', '-o', 'p.iapb'], { cwd: folder })
    expect(built.code, built.stderr).toBe(0)
    const [, revision = ''] = / (sha256:[0-9a-f]{64}) /.exec(built.stdout) ?? []
    // What stands in the folder now is not what the bundle says.
    writeFileSync(join(folder, 'p.iap'), 'nothing')
    const { code, stdout, stderr } = await iap(['explain', 'p.iapb'], { cwd: folder, stdin: JSON.stringify(refund(90)) })
    expect(code).toBe(0)
    expect(stderr).toBe(`note: the signature of p.iapb was not verified; give --key KEY to verify it\nrevision ${revision}\n`)
    expect(stdout).toContain('✗ challenge by refund (it asks for mfa within 10m)  on s.b\n')
    expect(stdout).toContain('      ✗ require mfa within 10m  p.iap:20:11\n')
  })
})

describe('a test that fails', () => {
  const TEST = `
import { staff } from "./p.iap"
test "it is read" { as staff { sub: "ann", quota: 5, groups: [] } GET "https://s.test/a/7" expect permit }
`
  const tested = () => folderOf({ 'p.iap': POLICY, 'p.test.iap': TEST })

  test('is explained, values told: they stand in the test', async () => {
    const { code, stdout } = await inside(['test', '.'], { cwd: tested() })
    expect(code).toBe(1)
    expect(stdout).toContain(`failed  it is read  p.test.iap:3:92
        expected  permit
        but was   deny by default (could not be evaluated: busy)

        ✗ deny by default (could not be evaluated: busy)  on s.a
          shadow rules that would have changed it: strange
          ✗ permit assigned_read  does not hold  p.iap:13:8
              ✗ when params.id in assigned[?caller.sub].orValue([])  p.iap:13:43
                  reads params.id = "7", assigned[?caller.sub] = null, caller.sub = "ann"
`)
  })

  test('in JUnit and JSON as well', async () => {
    const cwd = tested()
    const junit = await inside(['test', '.', '--format', 'junit'], { cwd })
    expect(junit.stdout).toContain('nearest permit: assigned_read: 1 clause of it is not true  p.iap:13:8')
    const { tests } = JSON.parse((await inside(['test', '.', '--format', 'json'], { cwd })).stdout)
    expect(tests[0].explanation).toContain('! permit busy  could not be evaluated')
  })

  test('is explained by its code alone, which says the same as far as it goes', async () => {
    const requests = [
      ask('/a/7', { ...staff(), data: { assigned: { bob: ['7'] } } }),
      refund(90),
      refund(900),
      { ...refund(90), caller: { identity: 'staff', claims: STAFF } },
      ask('/a/7'),
      ask('/none'),
    ]
    const words = ['--format', 'json']
    const whole = await explain(requests, words)
    const traced = await explain(requests, [...words, '--traced'])
    expect([traced.code, traced.stderr]).toEqual([0, ''])
    const lines = (told: Told) =>
      told.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    expect(lines(traced)).toEqual(lines(whole).map(withoutSources))
    expect(lines(traced)[4].missing).toEqual(['assigned'])
  })

  test('is explained by its code for people, whatever has become of its sources', async () => {
    const folder = folderOf({ 'p.iap': POLICY })
    expect((await inside(['build', 'p.iap', '-o', 'p.iapb'], { cwd: folder })).code).toBe(0)
    const stdin = JSON.stringify(refund(900))
    const { code, stdout } = await inside(['explain', 'p.iapb', '--traced'], { cwd: folder, stdin })
    expect(code).toBe(0)
    expect(stdout).toBe(`✗ deny by default  on s.b
  ✗ forbid lost  does not hold
      ✗ unless has(caller.level) && caller.level < 3  p.iap:23:36
  ✗ permit refund  does not hold
      ✗ when body.amount < 500  p.iap:19:11
      · limit by caller.sub  p.iap:21:23
      · header "x-sub" = caller.sub  p.iap:22:21
      ✗ require mfa within 10m  p.iap:20:11
  nearest permit: refund: 4 clauses of it are not true
      ✗ when body.amount < 500
      · limit by caller.sub
      · header "x-sub" = caller.sub
      ✗ require mfa within 10m
`)
    expect((await inside(['explain', 'p.iapb', '--traced', '--values'], { cwd: folder, stdin })).code).toBe(2)
  })
})

/** As `spec/language/explanation.md` has it. */
function withoutSources({ rules, nearest, nearestRoutes, ...rest }: Record<string, unknown>) {
  const clauses = (all: readonly Record<string, unknown>[]) => all.map(({ error, reads, ...clause }) => clause)
  const inPlay = (rules as readonly { outcome: string }[]).filter(({ outcome }) => outcome !== 'not-in-play')
  return {
    ...rest,
    rules: inPlay.map(({ to, missingRoles, place, ...rule }: Record<string, unknown>) => ({
      ...rule,
      clauses: clauses(rule.clauses as never),
    })),
    nearest: nearest && { ...(nearest as object), clauses: clauses((nearest as { clauses: never }).clauses) },
  }
}
