// What `iap build` and `iap prove` do with invariants: from the policy to the manifest, or to a test that shows what is wrong.

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderOf } from './iap.ts'
import { inside as iap } from './inside.ts'

const POLICY = `
identity staff via oidc { sub: string, groups: set<string> }
role manager of staff when "managers" in caller.groups
label money
service s at "s.test" {
  route pay  POST "/pay"   body { amount: int } is money
  route list GET  "/list"
  route open GET  "/open"
}
permit managers_pay on s.pay  to manager when body.amount < 1000
permit staff_list   on s.list to staff
permit all_open     on s.open to anyone
forbid mfa_needed   on label money unless mfa within 10m
`
const HOLD = `
invariant only_managers on label money permitted only when caller is manager && mfa within 10m
invariant small         on s.pay permitted only when body.amount < 1000
invariant signed_in     on s.pay, s.list denied when caller is anonymous
invariant open_is_open  on s.open permitted always
invariant staff_can     on s.list permitted when caller is staff
`

async function build(invariants: string) {
  const folder = folderOf({ 'p.iap': POLICY + invariants })
  return { folder, ...(await iap(['build', '.', '-o', 'p.iapb'], { cwd: folder })) }
}

test('those that hold are proved, and the manifest says so', async () => {
  const { folder, code, stderr } = await build(HOLD)
  expect([code, stderr]).toEqual([0, expect.stringContaining('✓ 0 tests passed, 5 invariants hold, ')])
  const { stdout } = await iap(['inspect', 'p.iapb', '--format', 'json'], { cwd: folder })
  const { invariants } = JSON.parse(stdout).manifest as { invariants: { name: string; requests: number; verdict: string }[] }
  expect(invariants).toEqual(
    ['only_managers', 'open_is_open', 'signed_in', 'small', 'staff_can'].map((name) => ({ name, requests: 0, verdict: 'holds' })),
  )
  expect((await iap(['inspect', 'p.iapb'], { cwd: folder })).stdout).toMatch(/signed_in holds/)
  const proved = await iap(['prove', '.'], { cwd: folder })
  expect([proved.code, proved.stdout]).toEqual([
    0,
    expect.stringMatching(/^holds {2}only_managers {2}p\.iap:15:11\n[\s\S]*\n✓ 5 invariants hold\n$/),
  ])
})

/** Of texts as long as others nobody can tell anything. */
const UNKNOWN = 'invariant long on s.pay permitted only when request.path.size() == request.host.size() - 2'

test('one that nobody can tell is tried, leaves no bundle unless it says so, and names what it would take', async () => {
  const refused = await build(`${HOLD}${UNKNOWN}\n`)
  expect([refused.code, refused.stdout, existsSync(join(refused.folder, 'p.iapb'))]).toEqual([1, '', false])
  expect(refused.stderr).toMatch(/^unknown {2}long {2}p\.iap:20:11$/m)
  expect(refused.stderr).toMatch(/^ {2}cannot analyze `request\.path\.size\(\)` {2}p\.iap:20:45$/m)
  expect(refused.stderr).toMatch(/^ {2}none of \d+ requests broke it\n✗ nothing was built: 1 invariant unknown\n$/m)
  const { folder, code, stderr } = await build(`${HOLD}${UNKNOWN} allow unknown\n`)
  expect([code, stderr]).toEqual([0, expect.stringContaining('✓ 0 tests passed, 5 invariants hold, 1 unknown, ')])
  expect((await iap(['inspect', 'p.iapb'], { cwd: folder })).stdout).toMatch(/long not decided, tried on \d+ requests/)
})

const WRONG = [
  [
    'on s.pay permitted only when body.amount < 999',
    'this is permitted, against the invariant wrong1: its condition is false',
    'permit by managers_pay',
  ],
  [
    'on * denied when caller is anonymous',
    'this is permitted, against the invariant wrong2: its condition is true',
    'permit by all_open',
  ],
  ['on s.list denied always', 'this is permitted, against the invariant wrong3', 'permit by staff_list'],
  [
    'on s.pay permitted when caller is manager',
    'this is not permitted, against the invariant wrong4: its condition is true',
    '(challenge|deny by mfa_needed)',
  ],
  ['on s.list permitted always', 'this is not permitted, against the invariant wrong5', 'unauthenticated'],
  [
    'on s.open denied when 1 / (request.path.size() - 5) > 9',
    'the condition of the invariant wrong6 cannot be evaluated',
    'permit by all_open',
  ],
] as const

test('those that are broken leave no bundle, and each a test that shows it', async () => {
  const wrong = WRONG.map(([text], at) => `invariant wrong${at + 1} ${text}\n`).join('')
  const { folder, code, stdout, stderr } = await build(`${HOLD}${wrong}`)
  expect([code, stdout]).toEqual([1, ''])
  expect(existsSync(join(folder, 'p.iapb'))).toBe(false)
  expect(stderr).toMatch(/\n✗ nothing was built: 6 invariants broken\n$/)
  const told = [...stderr.matchAll(/^broken {2}wrong(\d) {2}p\.iap:(\d+):11\n\n(.*?\n\})\n/gms)]
  expect(told.map(([, name, line]) => [name, line])).toEqual(WRONG.map((_, at) => [`${at + 1}`, `${20 + at}`]))
  for (const [at, [, , , block]] of told.entries()) {
    const [, why, expected] = WRONG[at] as (typeof WRONG)[number]
    expect(block).toMatch(new RegExp(`^// ${why}$`, 'm'))
    expect(block).toMatch(new RegExp(`^  expect ${expected}\n}`, 'm'))
  }
  // They are decided so: the blocks are tests, and pass.
  writeFileSync(join(folder, 'p.iap'), POLICY + told.map(([, , , block]) => block).join('\n'))
  const tested = await iap(['test', '.'], { cwd: folder })
  expect([tested.code, tested.stdout]).toEqual([0, '✓ 6 tests passed\n'])
})

test('a request that was made for one route and comes to another brings data that no rule reads there', async () => {
  const folder = folderOf({
    'p.iap': `
identity staff via jwt { sub: string }
data one: map<string, string>
data two: map<string, string>
data three: { open: bool }
role ours of staff when caller.sub in two
service s at "s.test" {
  route any  GET "/a/{id}"
  route x    GET "/a/x"
  route rest GET "/a/-"
}
permit p on s.any  to staff when params.id in one || params.id == "x"
permit q on s.x    to ours  when "k" in two && three.open
permit r on s.rest to staff when three.open
invariant some on s.any, s.rest denied when caller is anonymous
invariant same on s.x denied when caller is anonymous
`,
  })
  const { code, stderr } = await iap(['build', '.', '-o', 'p.iapb'], { cwd: folder })
  expect([code, stderr]).toEqual([0, expect.stringContaining('2 invariants hold')])
})
