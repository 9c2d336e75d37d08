import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, iap } from './iap.ts'
import { inside } from './inside.ts'

test('a project that works, in a new folder', async () => {
  const folder = emptyFolder()
  const made = await iap(['init', 'demo'], { cwd: folder })
  expect(made.code).toBe(0)
  expect(made.stderr).toContain('cd demo')
  const demo = join(folder, 'demo')
  const ignored = readFileSync(join(demo, '.gitignore'), 'utf8').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['.iap/', '*.private.jwk.json', '*.secret', '*.key']))
  expect(statSync(join(demo, 'ci/policy.sh')).mode & 0o111).not.toBe(0)
  expect((await iap(['check', 'policies', '--max-warnings', '0'], { cwd: demo })).code).toBe(0)
  expect((await iap(['test', 'policies'], { cwd: demo })).code).toBe(0)
})

test('it overwrites nothing', async () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'iap.yaml'), 'mine')
  const { code, stdout, stderr } = await inside(['init'], { cwd: folder })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('`iap.yaml` already exists')
  expect(readFileSync(join(folder, 'iap.yaml'), 'utf8')).toBe('mine')
  expect(statSync(join(folder, 'policies'), { throwIfNoEntry: false })).toBeUndefined()
})

test.each([
  [
    'a file in place of its folder',
    'demo',
    '`demo` is not a folder\n  help: nothing was written; give a new folder: `iap init demo`',
  ],
  ['a file above its folder', 'demo/project', '`demo/project/README.md` cannot be written: a part of its path is not a folder'],
])('%s is an error', async (_, folder, message) => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'demo'), '')
  const { code, stdout, stderr } = await inside(['init', folder], { cwd })
  expect([code, stdout, stderr]).toEqual([2, '', `error: ${message}\n`])
})

test.each([
  ['a file in place of a folder', 'policies', 'is not a folder'],
  ['a folder in place of a file', 'iap.yaml/old', 'already exists'],
  ['a file in a folder', 'policies/people.iap', 'already exists'],
])('%s: nothing is written', async (_, path, message) => {
  const cwd = emptyFolder()
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), 'mine')
  const { code, stdout, stderr } = await inside(['init', '--with', 'okta'], { cwd })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(new RegExp(`^error: \`${path.replace('/old', '')}\` ${message}\n  help: nothing was written`))
  expect(readdirSync(cwd)).toHaveLength(1)
})

test.each([
  ['loop', 'its symbolic links form a loop'],
  ['x'.repeat(300), 'its name is too long'],
])('a folder that cannot be looked up is an error: %s', async (name, reason) => {
  const cwd = emptyFolder()
  symlinkSync('loop', join(cwd, 'loop'))
  const { code, stdout, stderr } = await inside(['init', name], { cwd })
  expect([code, stdout, stderr]).toEqual([2, '', `error: \`${name}\` cannot be read: ${reason}\n`])
})

test('what was written before an error is named', async () => {
  const cwd = emptyFolder()
  symlinkSync('nowhere', join(cwd, 'policies'))
  const { code, stdout, stderr } = await inside(['init'], { cwd })
  expect([code, stdout]).toEqual([2, expect.stringContaining('+ iap.yaml\n')])
  expect(stderr).toMatch(/^error: `policies\/hello\.iap` cannot be written: .*\n {2}help: remove the files that were written/)
})

test('--ci adds to a project what its systems run, and nothing else', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'iap.yaml'), 'mine')
  const { code, stdout, stderr } = await inside(['init', '--ci', 'pre-commit', '--ci', 'gitlab', '--ci', 'gitlab'], { cwd })
  const steps = ['check.sh', 'comment.mjs', 'diff.sh', 'environment.sh', 'publish.sh', 'setup.sh', 'test.sh']
  const files = ['.gitlab-ci.yml', ...steps.map((name) => `ci/iap/${name}`), '.pre-commit-config.yaml']
  expect([code, stderr, stdout]).toEqual([0, '', files.map((path) => `+ ${path}\n`).join('')])
  expect(readFileSync(join(cwd, 'iap.yaml'), 'utf8')).toBe('mine')
  expect(statSync(join(cwd, 'ci/iap/check.sh')).mode & 0o111).not.toBe(0)
})

test.each([
  [['--ci', 'jenkins'], '`--ci` cannot be `jenkins`\n  help: it is one of github, gitlab, pre-commit'],
  [['--ci', 'github', '--with', 'okta'], '`.` is a project already, which `--with` cannot change'],
  [['--ci', 'github'], '`.github/workflows/policy.yml` already exists'],
])('%j in a project with a workflow of that name: nothing is written', async (words, message) => {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, '.github/workflows'), { recursive: true })
  for (const path of ['iap.json', '.github/workflows/policy.yml']) writeFileSync(join(cwd, path), 'mine')
  const { code, stdout, stderr } = await inside(['init', ...words], { cwd })
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(`error: ${message}`)])
  expect(readdirSync(join(cwd, '.github'))).toEqual(['workflows'])
})
