import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { emptyFolder } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

/** `docs/guides/policies/review.md` shows an edit, what `iap diff` prints of it, and how CI runs it: all of that is run here. */
const page = readFileSync(new URL('../../docs/guides/policies/review.md', import.meta.url), 'utf8')

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''
}

/** A repository whose only commit has the policy of the page; it is edited as the page shows. */
function repository(): string {
  const cwd = emptyFolder()
  const git = (...words: string[]) => {
    const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@shop.example', '-c', 'commit.gpgsign=false']
    const { status, stderr } = spawnSync('git', ['-C', cwd, ...identity, ...words], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, expect.any(String)])
  }
  mkdirSync(join(cwd, 'policies'))
  const file = join(cwd, 'policies/rooms.iap')
  writeFileSync(file, block('iap'))
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'rooms')
  git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  writeFileSync(file, edited(block('iap'), block('diff')))
  return cwd
}

function edited(policy: string, diff: string): string {
  return [...diff.matchAll(/^-(.*)\n\+(.*)$/gm)].reduce((text, [, was = '', is = '']) => {
    expect(text).toContain(was)
    return text.replace(was, is)
  }, policy)
}

test('what the page prints of it', async () => {
  const { code, stdout, stderr } = await inside(['diff', 'HEAD', 'policies'], { cwd: repository() })
  expect({ code, stdout: `$ iap diff HEAD policies\n${stdout}`, stderr }).toEqual({
    code: 0,
    stdout: block('console'),
    stderr: '',
  })
})

test('what CI runs', async () => {
  const { jobs } = parse(block('yaml')) as { jobs: { review: { steps: { run?: string }[] } } }
  const runs = jobs.review.steps.flatMap(({ run = '' }) => /^npx iap (diff [^>]*)/.exec(run)?.[1] ?? [])
  expect(runs).toHaveLength(2)
  const cwd = repository()
  const words = runs.map((run) => run.replaceAll('"', '').replace('$GITHUB_BASE_REF', 'main').trim().split(' '))
  const [comment, gate] = [await inside(words[0] as string[], { cwd }), await inside(words[1] as string[], { cwd })]
  expect([comment.code, comment.stderr, readFileSync(join(cwd, 'difference.md'), 'utf8')]).toEqual([
    0,
    '',
    expect.stringMatching(/^### Policy change/),
  ])
  expect([gate.code, gate.stderr]).toEqual([1, '--forbid-more-permissive: a change permits more, or may do so\n'])
})

test('what the reference says of its JSON', async () => {
  const reference = readFileSync(new URL('../../spec/language/cli-json.md', import.meta.url), 'utf8')
  const [, section = ''] = reference.split('## `iap diff OLD NEW --format json`\n')
  const shown = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(section)?.[1] ?? '') as { changes: object[] }
  const { stdout } = await inside(['diff', 'HEAD', 'policies', '--format', 'json'], { cwd: repository() })
  const told = JSON.parse(stdout) as { changes: { witnesses: object[] }[] }
  expect({ ...told, changes: told.changes.map((change) => ({ ...change, witnesses: [] })).slice(1) }).toEqual(shown)
  expect(told.changes[1]?.witnesses).toEqual([
    {
      shows: 'more',
      request: expect.objectContaining({ method: 'POST', url: 'https://rooms.example/rooms/0/bookings' }),
      before: expect.objectContaining({ effect: 'deny', reason: 'default' }),
      after: expect.objectContaining({ effect: 'permit', rules: ['seniors_book'] }),
      test: expect.stringContaining('expect permit by seniors_book'),
    },
  ])
})
