import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyFolder } from './iap.ts'
import { inside } from './inside.ts'

const ROOMS = `import { staff } from "./people.iap"
service rooms at "rooms.example" {
  route list GET "/rooms"
}
permit all on rooms.list to staff
`
const PEOPLE = 'identity staff via jwt { sub: string }\n'
const EVERYBODY = ROOMS.replace('to staff', 'to anyone').replace('import { staff } from "./people.iap"\n', '')
const EQUIVALENT = '✓ equivalent, in 2 pairs of route and caller\n'
const MORE = /more permissive {2}rooms\.list for anonymous[\s\S]*✗ 1 more permissive/

type Files = Readonly<Record<string, string>>

function write(cwd: string, files: Files): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  return cwd
}

function git(cwd: string, ...words: string[]): void {
  said(cwd, ...words)
}

function said(cwd: string, ...words: string[]): string {
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@shop.example', '-c', 'commit.gpgsign=false']
  const { status, stdout, stderr } = spawnSync('git', ['-C', cwd, ...identity, ...words], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, expect.any(String)])
  return stdout.trim()
}

/** A repository with a commit for each of these, the last one checked out. */
function repository(...commits: readonly Files[]): string {
  const cwd = emptyFolder()
  git(cwd, 'init', '-q', '-b', 'main')
  for (const files of commits) {
    write(cwd, files)
    git(cwd, 'add', '.')
    git(cwd, 'commit', '-q', '-m', 'policies')
  }
  return cwd
}

const FIRST = { 'policies/rooms.iap': ROOMS, 'policies/people.iap': PEOPLE }
const SECOND = { 'policies/rooms.iap': EVERYBODY }

describe('iap diff', () => {
  test('of two folders that say the same in other files and by other names', async () => {
    const cwd = write(emptyFolder(), {
      'a/rooms.iap': ROOMS,
      'a/people.iap': PEOPLE,
      'b/all.iap': `${ROOMS.replace('import { staff } from "./people.iap"', '').replace('permit all', 'permit each')}${PEOPLE}`,
    })
    expect(await inside(['diff', 'a', 'b', '--forbid-more-permissive'], { cwd })).toEqual({
      code: 0,
      stdout: EQUIVALENT,
      stderr: '',
    })
  })

  test('of a bundle and a folder', async () => {
    const cwd = write(emptyFolder(), FIRST)
    expect((await inside(['build', 'policies', '-o', 'old.iapb'], { cwd })).code).toBe(0)
    write(cwd, SECOND)
    const { code, stdout, stderr } = await inside(['diff', 'old.iapb', 'policies', '--forbid-more-permissive'], { cwd })
    expect(stdout).toMatch(MORE)
    expect([code, stderr]).toEqual([1, expect.stringContaining('the signature of old.iapb was not verified')])
  })

  test.each([
    ['HEAD~1', 'policies', ''],
    ['HEAD~1', 'HEAD', ''],
    ['main~1:policies', 'main:policies/', ''],
    ['HEAD~1', 'HEAD:policies', ''],
    ['HEAD~1', '.', 'policies'],
    ['HEAD~1', 'rooms.iap', 'policies'],
  ])('of revisions: %s and %s, in “%s”', async (old, young, folder) => {
    const cwd = join(repository(FIRST, SECOND), folder)
    const { code, stdout, stderr } = await inside(['diff', old, young], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(MORE)
  })

  test('what is not committed counts where a folder is named, and only there', async () => {
    const cwd = repository(FIRST)
    write(cwd, SECOND)
    expect((await inside(['diff', 'HEAD', 'HEAD'], { cwd })).stdout).toBe(EQUIVALENT)
    expect((await inside(['diff', 'HEAD', 'policies'], { cwd })).stdout).toMatch(MORE)
  })

  test('documents that a policy of a revision names are those of the revision', async () => {
    const text = (path: string) =>
      `openapi: 3.1.0\ninfo: { title: rooms, version: "1" }\npaths:\n  ${path}:\n    get: { operationId: list, responses: {} }\n`
    const policy =
      'label open\nservice rooms at "rooms.example" from openapi "./rooms.yaml" {\n  list is open\n}\npermit all on rooms.list to anyone\n'
    const cwd = repository({ 'p/rooms.iap': policy, 'p/rooms.yaml': text('/rooms') }, { 'p/rooms.yaml': text('/halls') })
    const { code, stdout, stderr } = await inside(['diff', 'HEAD~1', 'p'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('incomparable  rooms.list for anonymous')
    expect(stdout).toContain('~ route rooms.list: rooms.list GET, HEAD "/rooms" → rooms.list GET, HEAD "/halls"')
  })

  test.each([
    ['nowhere', '`nowhere` is neither a file nor a revision'],
    ['HEAD:nowhere', 'there is no `.iap` file in `HEAD:nowhere`'],
    ['HEAD:../policies', '`HEAD:../policies` is outside the Git repository'],
    ['nowhere.iapb', '`nowhere.iapb` is neither a file nor a revision'],
  ])('what is no policy: %s', async (old, message) => {
    const { code, stdout, stderr } = await inside(['diff', old, 'policies'], { cwd: repository(FIRST) })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
  })

  test.each([
    ['main...HEAD', ['main...HEAD', 'policies']],
    ['main...HEAD', ['main...HEAD']],
    ['HEAD', ['main...']],
    ['HEAD:policies', ['main...HEAD:policies']],
    ['main:policies', ['main:policies', 'policies']],
    ['HEAD~1', ['HEAD~1', 'policies']],
  ])('a folder of the checkout never stands in for a revision: %s, %j', async (folder, words) => {
    const cwd = repository(FIRST)
    git(cwd, 'checkout', '-q', '-b', 'work')
    write(cwd, {
      ...SECOND,
      [`${folder}/rooms.iap`]:
        folder.startsWith('HEAD') && words.length === 1 ? EVERYBODY.replace('to anyone', 'to anyone when false') : EVERYBODY,
    })
    git(cwd, 'add', 'policies')
    git(cwd, 'commit', '-q', '-m', 'open')
    const { code, stdout, stderr } = await inside(['diff', ...words, '--forbid-more-permissive'], { cwd })
    expect([code, stdout, stderr]).toEqual([1, expect.stringMatching(MORE), expect.stringContaining('a change permits more')])
  })

  test('a name of both a path and a revision is an error, and `./` marks the path', async () => {
    const cwd = write(repository(FIRST), { 'main/rooms.iap': EVERYBODY })
    const { code, stdout, stderr } = await inside(['diff', 'main', 'policies'], { cwd })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('`main` is both a path and a revision')])
    expect(stderr).toContain('help: write `./main` for the path')
    expect((await inside(['diff', './main', 'policies'], { cwd })).stdout).toContain('less permissive')
  })

  test('a folder of a name like a revision that does not exist', async () => {
    const cwd = write(repository(FIRST), { 'gone:policies/rooms.iap': EVERYBODY })
    const { code, stderr } = await inside(['diff', 'gone:policies', 'policies'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('`gone:policies` is not a revision')])
    expect((await inside(['diff', './gone:policies', 'policies'], { cwd })).code).toBe(0)
  })

  test('a revision is never taken for a flag of git', async () => {
    const cwd = repository(FIRST)
    const { code, stderr } = await inside(['diff', '--', '--output=found:policies', 'policies'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('is neither a file nor a revision')])
  })

  test('a link in place of a policy is not passed over', async () => {
    const cwd = write(emptyFolder(), FIRST)
    symlinkSync('rooms.iap', join(cwd, 'policies/other.iap'))
    git(cwd, 'init', '-q')
    git(cwd, 'add', '.')
    git(cwd, 'commit', '-q', '-m', 'a link')
    const { code, stderr } = await inside(['diff', 'HEAD', 'policies'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('`policies/other.iap` is not a regular file in `HEAD`')])
  })

  test('what is declared in one alone, or otherwise', async () => {
    const was = `${PEOPLE}role clerk of staff\ndata plans: map<string, int>\n`
    const is = `identity staff via jwt, oidc { sub: string }\nrole lead of staff\ndata plans: set<string>\n`
    const cwd = write(emptyFolder(), { 'a.iap': was + EVERYBODY, 'b.iap': is + EVERYBODY })
    const { code, stdout } = await inside(['diff', 'a.iap', 'b.iap'], { cwd })
    expect([code, stdout]).toEqual([
      0,
      [
        '- role clerk',
        '+ role lead',
        '~ identity staff: via jwt { sub: string } → via jwt, oidc { sub: string }',
        '~ data plans: map<string, int> → set<string>',
        '',
        EQUIVALENT,
      ].join('\n'),
    ])
  })

  test('mistakes are told, and nothing is compared', async () => {
    const cwd = write(emptyFolder(), { 'a.iap': EVERYBODY, 'b.iap': 'permit all on nothing to anyone\n' })
    const { code, stdout, stderr } = await inside(['diff', 'a.iap', 'b.iap'], { cwd })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/nothing was compared: `b\.iap` has errors \(1 error/)
  })

  test('a comment has room for it, however much there is, and nothing in it is markup', async () => {
    const numbers = Array.from({ length: 150 }, (_, at) => at)
    const routes = numbers.map((at) => `  route r${at} GET "/r${at}/{id}"`)
    const permits = numbers.map((at) => `permit p${at}_${'x'.repeat(80)} on s.r${at} to anyone when params.id == "${at}"`)
    const policy = (reason: string) =>
      [
        `service s at "s.example" {\n${routes.join('\n')}\n}`,
        `forbid never on s.* because ${JSON.stringify(reason)}`,
        ...permits,
      ].join('\n')
    const cwd = write(emptyFolder(), {
      'a.iap': policy(`\`\`\`\n</details>${'y'.repeat(400)}`),
      'b.iap': policy('|').replace('forbid never on s.*', 'forbid never on s.r0'),
    })
    const { code, stdout } = await inside(['diff', 'a.iap', 'b.iap', '--format', 'markdown'], { cwd })
    expect(code).toBe(0)
    expect(stdout.length).toBeLessThan(65_536)
    // Both the table and what is folded are cut, and say so.
    expect(stdout.split('Truncated: run `iap diff`')).toHaveLength(3)
    // A fence is longer than what is in it.
    expect(stdout).toMatch(/^````iap$/m)
    expect(stdout.match(/^<\/details>$/gm)?.length).toBe(stdout.match(/^<details>/gm)?.length)
  })
})

describe('iap diff main...HEAD', () => {
  const CLOSED = ROOMS.replace('permit all on rooms.list to staff', 'permit all on rooms.list to staff when false')

  /** `main` moved on by a change of its own, after `work` was branched off. */
  function branched(): string {
    const cwd = repository(FIRST)
    git(cwd, 'checkout', '-q', '-b', 'work')
    write(cwd, SECOND)
    git(cwd, 'commit', '-q', '-a', '-m', 'open')
    git(cwd, 'checkout', '-q', 'main')
    write(cwd, { 'policies/rooms.iap': CLOSED })
    git(cwd, 'commit', '-q', '-a', '-m', 'close')
    git(cwd, 'checkout', '-q', 'work')
    return cwd
  }

  /** A clone that has the last commits of the branches, as CI makes it. */
  function cloned(from: string, depth: number): string {
    const cwd = emptyFolder()
    git(cwd, 'clone', '-q', '--no-single-branch', '--depth', String(depth), `file://${from}`, 'clone')
    return join(cwd, 'clone')
  }

  test.each([
    [['main...HEAD']],
    [['main...']],
    [['main...work:policies']],
    [['main...HEAD', 'policies']],
    [['main...work:policies/', 'HEAD:policies']],
  ])('compares with the merge base: %j', async (words) => {
    const { code, stdout, stderr } = await inside(['diff', ...words], { cwd: branched() })
    expect([code, stderr]).toEqual([0, ''])
    // What `main` changed since is no part of it: staff may still list.
    expect(stdout).toMatch(MORE)
    expect(stdout).toContain('1 more permissive, of 2 pairs')
  })

  test('of a branch that is behind changes nothing', async () => {
    const cwd = branched()
    git(cwd, 'checkout', '-q', 'main')
    expect((await inside(['diff', 'HEAD...HEAD~1'], { cwd })).stdout).toBe(EQUIVALENT)
  })

  test.each([
    ['main...origin/work', 1, 'the merge base of `main` and `origin/work` is not in this shallow clone'],
    ['HEAD~1', 1, '`HEAD~1` is neither a file nor a revision of this shallow clone'],
  ])('says that a clone is shallow: %s', async (old, depth, message) => {
    const from = branched()
    git(from, 'checkout', '-q', 'main')
    const { code, stdout, stderr } = await inside(['diff', old, 'HEAD:policies'], { cwd: cloned(from, depth) })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
    expect(stderr).toContain('help: fetch the history: `git fetch --unshallow`')
  })

  test('works in a shallow clone that has the merge base', async () => {
    const cwd = cloned(branched(), 2)
    const { code, stdout } = await inside(['diff', 'origin/main...HEAD'], { cwd })
    expect([code, stdout]).toEqual([0, expect.stringMatching(MORE)])
  })

  test('trusts no base if a commit between lost its parents', async () => {
    const from = branched()
    git(from, 'checkout', '-q', '-b', 'long', 'main')
    for (const message of ['one', 'two', 'three']) git(from, 'commit', '-q', '--allow-empty', '-m', message)
    // A merge of an old commit: the short way leads to the first commit, the long one to the tip of `main`, where it began.
    git(
      from,
      'update-ref',
      'refs/heads/long',
      said(from, 'commit-tree', 'long^{tree}', '-p', 'long', '-p', 'main~1', '-m', 'merge'),
    )
    expect(said(from, 'merge-base', 'main', 'long')).toBe(said(from, 'rev-parse', 'main'))
    const cwd = cloned(from, 3)
    expect(said(cwd, 'merge-base', 'origin/main', 'HEAD')).toBe(said(from, 'rev-parse', 'main~1'))
    const { code, stderr } = await inside(['diff', 'origin/main...HEAD'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not in this shallow clone')])
  })

  test('names several merge bases', async () => {
    const cwd = branched()
    git(cwd, 'branch', 'old')
    git(cwd, 'merge', '-q', '-s', 'ours', 'main', '-m', 'one')
    git(cwd, 'checkout', '-q', 'main')
    git(cwd, 'merge', '-q', '-s', 'ours', 'old', '-m', 'other')
    const { code, stderr } = await inside(['diff', 'main...work'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringMatching(/`main` and `work` have 2 merge bases: \w{10}, \w{10}\n.*help/s)])
  })

  test('has no answer for histories without a common commit', async () => {
    const cwd = repository(FIRST)
    git(cwd, 'checkout', '-q', '--orphan', 'other')
    git(cwd, 'commit', '-q', '-m', 'other')
    const { code, stderr } = await inside(['diff', 'main...other'], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('`main` and `other` have no commit in common')])
  })

  test.each([
    [['main'], '`iap diff` needs OLD and NEW'],
    [['main...nowhere'], '`main...nowhere` is neither a file nor a revision'],
    [['main...--all'], '`main...--all` is neither a file nor a revision'],
  ])('%j cannot be carried out', async (words, message) => {
    const { code, stdout, stderr } = await inside(['diff', ...words], { cwd: repository(FIRST) })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
  })
})

describe('a bound in what cannot be analyzed', () => {
  const of = (size: number) =>
    `identity staff via jwt { sub: string }
service s at "s.test" { route w POST "/w" body { title: string, n: int } }
permit p on s.w to staff when body.title.size() <= ${size} && body.n * 2 <= 100
`
  const gate = async (before: number, after: number, ...more: string[]) =>
    await inside(['diff', 'a.iap', 'b.iap', '--forbid-more-permissive', ...more], {
      cwd: write(emptyFolder(), { 'a.iap': of(before), 'b.iap': of(after) }),
    })

  test('that was tightened passes, as it is proved, and is told', async () => {
    const { code, stdout, stderr } = await gate(40, 39)
    expect([code, stderr]).toEqual([0, '--forbid-more-permissive: an unknown change is proved to permit nothing more\n'])
    expect(stdout).toContain('unknown, but permits nothing more  s.w for staff')
    const github = await gate(40, 39, '--format', 'github')
    expect(github.stdout).toMatch(/^::notice .*::unknown, but permits nothing more: `s\.w` for staff/)
    expect((await gate(40, 39, '--format', 'markdown')).stdout).toContain('unknown, but permits nothing more')
  })

  test('that was loosened does not pass', async () => {
    const { code, stdout, stderr } = await gate(40, 41)
    expect([code, stderr]).toEqual([1, '--forbid-more-permissive: a change permits more, or may do so\n'])
    expect(stdout).toContain('unknown  s.w for staff')
  })
})
