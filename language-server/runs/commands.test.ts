import { expect, test } from 'vitest'
import { lensesOf, resolveLens } from '../features/code-lenses.ts'
import { hoverAt } from '../features/hover.ts'
import { TextFiles } from '../workspace/files.ts'
import { type PolicyFile, Workspace } from '../workspace/workspace.ts'
import { runCommand } from './commands.ts'
import { Run, type RunClient } from './run.ts'
import { testsIn } from './test-list.ts'

const URI = 'file:///w/shop.iap'
const POLICY = `identity staff via jwt { sub: string, groups: set<string> }
role admin of staff when "admins" in caller.groups
service shop at "shop.example" {
  route list  GET "/list"
  route admin GET "/admin"
}
permit lists  on shop.list  to staff
permit admins on shop.admin to admin

invariant only_admins on shop.admin permitted only when caller is admin
invariant nobody on shop.list denied always

test "lists" { as staff { sub: "a", groups: [] } GET "https://shop.example/list" expect permit by lists }
test "wrong" { as staff { sub: "a", groups: [] } GET "https://shop.example/admin" expect permit }
test "rows" {
  as staff { sub: "a", groups: $groups } GET "https://shop.example/admin" expect $effect
  cases { "an admin": { groups: ["admins"], effect: "permit" }, "a guest": { groups: [], effect: "deny" } }
}
test "nobody" { for any request on shop.admin when caller is anonymous expect deny }
test "everybody" { for any request on shop.list when caller is staff expect deny }
`
const PATIENT: RunClient = { isCancelled: () => false, report: () => {} }

function opened(text = POLICY): Workspace {
  const workspace = new Workspace(new TextFiles())
  workspace.setText(URI, text)
  return workspace
}

const command = (workspace: Workspace, name: string, argument: object = {}, client = PATIENT, budget?: number) =>
  runCommand(workspace, name, { uri: URI, ...argument }, new Run(client, budget))

/** Returns the titles of lenses with the text to which they belong. */
function titles(workspace: Workspace, text = POLICY): string[] {
  const policy = workspace.policyAt(URI) as PolicyFile
  const lines = text.split('\n')
  return lensesOf(policy, URI).map((lens) => {
    const { range, command: found } = resolveLens(workspace, lens)
    return `${lines[range.start.line]?.slice(range.start.character, range.end.character)}: ${found?.title}`
  })
}

test('tests and their rows are listed', () => {
  const found = testsIn(opened(), URI)
  expect(found.map(({ name, cases }) => [name, ...cases.map((row) => row.name)])).toEqual([
    ...[['lists'], ['wrong'], ['rows', 'an admin', 'a guest'], ['nobody'], ['everybody']],
  ])
  expect(found[0]).toMatchObject({ uri: URI, range: { start: { line: 12, character: 0 } } })
  expect(testsIn(opened(), undefined)).toEqual(found)
  expect(testsIn(opened(), 'file:///w/none.iap')).toEqual([])
})

test('a test passes, or fails with an explanation', async () => {
  const workspace = opened()
  expect(await command(workspace, 'iap.runTest', { name: 'lists' })).toEqual([
    expect.objectContaining({ name: 'lists', passed: true, verdict: 'passed', message: null, uri: URI }),
  ])
  const [wrong] = (await command(workspace, 'iap.runTest', { name: 'wrong' })) as { message: string }[]
  expect(wrong?.message).toMatch(/^expected permit, got deny by default\n\n✗ deny by default {2}on shop.admin\n/)
  expect(wrong?.message).toContain('nearest permit: admins: it is to admin')
})

test('a test with cases has a result for each row, and a row can be run alone', async () => {
  const workspace = opened()
  const run = (name: string) => command(workspace, 'iap.runTest', { name })
  const row = (name: string) => expect.objectContaining({ name: `rows / ${name}`, passed: true })
  expect(await run('rows')).toEqual([row('an admin'), row('a guest')])
  expect(await run('rows / a guest')).toEqual([row('a guest')])
})

test('a test of any request is proved', async () => {
  const workspace = opened()
  expect(await command(workspace, 'iap.runTest', { name: 'nobody' })).toEqual([expect.objectContaining({ passed: true })])
  const [broken] = (await command(workspace, 'iap.runTest', { name: 'everybody' })) as { message: string; verdict: string }[]
  expect(broken).toMatchObject({ verdict: 'failed', message: expect.stringContaining('HEAD "https://shop.example/list"') })
})

test('all tests of a file are run, and lenses show the results until an edit makes them stale', async () => {
  const workspace = opened()
  expect(titles(workspace)).toEqual([
    ...['"lists": run all tests', '"lists": measure coverage', 'list: 1 rule', 'admin: 1 rule'],
    ...[
      'only_admins: prove',
      'nobody: prove',
      '"lists": run',
      '"wrong": run',
      '"rows": run',
      '"nobody": run',
      '"everybody": run',
    ],
  ])
  const results = (await command(workspace, 'iap.runTests')) as { passed: boolean }[]
  expect(results.map(({ passed }) => passed)).toEqual([true, false, true, true, true, false])
  expect(titles(workspace).slice(-5)).toEqual([
    ...['"lists": run · passed', '"wrong": run · failed: expected permit, got deny by default', '"rows": run · 2 passed'],
    ...['"nobody": run · passed', '"everybody": run · failed: expected deny for any request, got permit for some request'],
  ])
  workspace.setText(URI, POLICY)
  expect(titles(workspace).at(-2)).toBe('"nobody": run · passed')
  workspace.setText(URI, `${POLICY}\n`)
  expect(titles(workspace).at(-2)).toBe('"nobody": run · before the last edit: passed')
})

test('an invariant holds, or has a counterexample', async () => {
  const workspace = opened()
  expect(await command(workspace, 'iap.proveInvariant', { name: 'only_admins' })).toMatchObject({ verdict: 'holds' })
  const broken = await command(workspace, 'iap.proveInvariant', { name: 'nobody' })
  expect(broken).toMatchObject({ verdict: 'broken', witness: expect.stringContaining('HEAD "https://shop.example/list"') })
  expect(titles(workspace).filter((title) => title.includes('prove'))).toEqual([
    'only_admins: prove · holds for every request',
    'nobody: prove · broken: this is permitted, against the invariant nobody',
  ])
})

test('hover shows the last result of an invariant and of a test', async () => {
  const workspace = opened()
  const hoverOf = (word: string) => hoverAt(workspace.policyAt(URI) as PolicyFile, POLICY.indexOf(word) + 2)?.contents
  expect(hoverOf('nobody on')).toEqual({ kind: 'markdown', value: expect.not.stringContaining('result') })
  expect(hoverOf('"wrong"')).toBeUndefined()
  await command(workspace, 'iap.proveInvariant', { name: 'nobody' })
  await command(workspace, 'iap.runTest', { name: 'wrong' })
  const [broken, failed] = ['HEAD "https://shop.example/list"', 'nearest permit: admins']
  expect(hoverOf('nobody on')).toMatchObject({ value: expect.stringContaining(broken) })
  expect(hoverOf('"wrong"')).toMatchObject({ value: expect.stringMatching(`^Last result:[^]*${failed}`) })
})

test('coverage is counted for each rule', async () => {
  const workspace = opened()
  expect(await command(workspace, 'iap.coverage')).toMatchObject({ percent: 100, gaps: [] })
  expect(titles(workspace)).toEqual(expect.arrayContaining(['lists: covered by 1 test', 'admins: covered by 1 test']))
})

test('a route has its row of the matrix', async () => {
  const workspace = opened()
  const { text } = (await command(workspace, 'iap.access', { name: 'shop.admin' })) as { text: string }
  expect(text).toBe('2 of 3 kinds of callers may: staff (if), staff: admin')
  expect(titles(workspace)).toContain('admin: 1 rule · 2 of 3 kinds of callers may: staff (if), staff: admin')
})

test('the matrix is a page', async () => {
  for (const argument of [{}, { uri: undefined }]) {
    const { html } = (await command(opened(), 'iap.matrix', argument)) as { html: string }
    expect(html).toContain('<title>Who can do what, ')
    expect(html).toMatch(/script-src (&#39;|')sha256-[\w+/]{43}=(&#39;|')/)
  }
})

test('a request is decided and explained', async () => {
  const request = {
    method: 'GET',
    url: 'https://shop.example/list',
    caller: { identity: 'staff', claims: { sub: 'a', groups: [] } },
  }
  for (const written of [request, JSON.stringify(request)])
    expect(await command(opened(), 'iap.decide', { request: written })).toMatchObject({
      text: expect.stringMatching(/^✓ permit by lists {2}on shop.list\n/),
      answer: { effect: 'permit', rules: ['lists'] },
      explanation: { rules: [{ rule: 'lists', outcome: 'holds', decides: true }] },
      readsSchema: false,
    })
  const refused = { ...request, caller: { identity: 'staff', claims: {} } }
  expect(await command(opened(), 'iap.decide', { request: refused })).toMatchObject({ text: expect.stringContaining('claims') })
})

test('the matrix is also a table in words', async () => {
  expect(await command(opened(), 'iap.matrix')).toMatchObject({
    columns: ['anonymous', 'staff', 'staff: admin'],
    rows: [
      { route: 'shop.admin', path: '/admin', cells: [{ verdict: 'never' }, { verdict: 'if' }, { verdict: 'always' }] },
      { route: 'shop.list', methods: 'GET, HEAD', cells: [{ verdict: 'never' }, { verdict: 'always' }, { verdict: 'always' }] },
    ],
  })
})

test('all invariants are proved at once', async () => {
  const proved = await command(opened(), 'iap.proveInvariants')
  expect(proved).toMatchObject([
    { name: 'nobody', verdict: 'broken', witness: expect.stringContaining('test "'), uri: URI, range: { start: { line: 10 } } },
    { name: 'only_admins', verdict: 'holds', witness: null },
  ])
})

test('coverage has a mark for each route, rule and clause', async () => {
  const { marks } = (await command(opened(), 'iap.coverage')) as { marks: { covered: string; message: string }[] }
  expect(marks.map(({ covered, message }) => `${covered} ${message}`)).toEqual([
    'all shop.admin: requested by 3 tests',
    'all shop.list: requested by 1 test',
    'all admins: decides 1 test',
    'all lists: decides 1 test',
    'all when: true in 1 test, false in 2 tests',
  ])
})

test('an earlier version is compared', async () => {
  const compared = (before: unknown) => command(opened(), 'iap.difference', { before })
  expect(await compared([{ name: 'shop.iap', text: POLICY }])).toMatchObject({ changes: [], compared: 4 })
  const earlier = POLICY.replace('on shop.list  to staff', 'on shop.list  to anyone')
  expect(await compared([{ name: 'shop.iap', text: earlier }])).toMatchObject({
    changes: [
      {
        ...{ route: 'shop.list', identity: null, verdict: 'less-permissive', mayPermitMore: false, why: [] },
        tests: [expect.stringContaining('expect unauthenticated')],
      },
    ],
  })
  await expect(compared(undefined)).rejects.toThrow('the argument needs `before`, a list of files')
  await expect(compared([null])).rejects.toThrow('a file of `before` needs a `name` and a `text`')
  await expect(compared([{ name: 'old.iap', text: 'permit' }])).rejects.toThrow('the earlier version has errors: old.iap:1: ')
})

test('an outline has what a form for requests offers', async () => {
  expect(await command(opened(), 'iap.outline')).toMatchObject({
    identities: [{ name: 'staff', claims: ['sub: string', 'groups: set<string>'] }],
    routes: [{ name: 'shop.admin' }, { name: 'shop.list', methods: ['GET', 'HEAD'], url: 'https://shop.example/list' }],
    invariants: ['nobody', 'only_admins'],
    tests: [
      { name: 'lists', request: { method: 'GET', url: 'https://shop.example/list', caller: { identity: 'staff' } } },
      ...['wrong', 'rows / an admin', 'rows / a guest'].map((name) => ({ name })),
    ],
  })
})

test('the tree is shown also if there are errors, the intermediate representation before and after passes', async () => {
  const text = async (name: string, argument: object, policy?: string) =>
    ((await command(opened(policy), name, argument)) as { text: string }).text
  expect(await text('iap.syntaxTree', {}, '/// For all.\nlabel a\npermit')).toMatch(/^File {2}1:1\n {2}LabelDeclaration .*2:1\n/)
  const [lowered, optimized] = [await text('iap.intermediate', {}), await text('iap.intermediate', { optimized: true })]
  expect(lowered).toContain('route shop.list GET, HEAD "/list"')
  expect(optimized).toContain('role admin')
})

test('the emitted JavaScript can be read', async () => {
  expect(await command(opened(), 'iap.emittedJavaScript')).toEqual({
    text: expect.stringContaining('function decide$shop$list('),
  })
})

test('the JavaScript of a large policy is not emitted while the editor waits', async () => {
  const rules = Array.from({ length: 2001 }, (_, at) => `permit r${at} on shop.list to staff`).join('\n')
  await expect(command(opened(`${POLICY}${rules}`), 'iap.emittedJavaScript')).rejects.toThrow('the policy has 2003 rules')
})

test('what cannot be run is refused with the reason', async () => {
  const refused = (name: string, argument: object, why: string, text?: string) =>
    expect(command(opened(text), name, argument)).rejects.toThrow(why)
  await refused('iap.runTest', {}, 'the argument needs a `name`')
  await refused('iap.runTest', { name: 'none' }, 'has no test `none`')
  await refused('iap.runTest', { name: 'lists', uri: 7 }, 'needs an argument with the `uri` of a policy')
  await refused('iap.runTest', { name: 'lists', uri: 'file:///w/none.iap' }, 'there is no policy')
  await refused('iap.proveInvariant', { name: 'none' }, 'there is no invariant `none`')
  await refused('iap.access', { name: 'none' }, 'there is no route `none`')
  await refused('iap.decide', { request: '{' }, 'the request is not JSON')
  await refused('iap.decide', { request: { method: 'GET' } }, 'the request cannot be read: url is missing')
  await refused('iap.decide', {}, 'the request cannot be read')
  await refused('toString', {}, 'there is no command `toString`')
  await refused('iap.runTests', {}, 'the policy has errors: shop.iap:', `${POLICY}permit x`)
})

test('a run ends when its time is up', async () => {
  const late = (await command(opened(), 'iap.runTests', {}, PATIENT, -1)) as { verdict: string; message: string }[]
  expect(new Set(late.map(({ verdict }) => verdict))).toEqual(new Set(['undecided']))
  const unproved = await command(opened(), 'iap.proveInvariant', { name: 'only_admins' }, PATIENT, -1)
  expect(unproved).toMatchObject({ verdict: 'unknown', why: [expect.stringContaining('time limit')] })
})

test('broken and half-typed texts have lenses and tests, and commands are refused', async () => {
  for (let end = 0; end < POLICY.length; end += 17) {
    const text = POLICY.slice(0, end)
    const workspace = opened(text)
    expect(() => titles(workspace, text)).not.toThrow()
    expect(() => testsIn(workspace, URI)).not.toThrow()
  }
  expect(
    resolveLens(opened(), { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, data: 7 }).command,
  ).toEqual({
    title: 'outdated',
    command: '',
  })
})
