import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { iap, root } from './iap.ts'
import { inside } from './inside.ts'

const COMMANDS = ['init', 'check', 'lint', 'fmt', 'test', 'eval', 'keygen', 'build', 'verify', 'inspect', 'run']

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(await iap(['--version'])).toEqual({ code: 0, stdout: `iap ${version}\n`, stderr: '' })
})

test('--help lists every command', async () => {
  const { code, stdout, stderr } = await iap(['--help'])
  expect([code, stderr]).toEqual([0, ''])
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, 'm'))
})

test('without a command the help is a complaint', async () => {
  const { code, stdout, stderr } = await inside([])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('usage: iap COMMAND')
})

test.each(COMMANDS)('%s --help tells what it does, on standard output', async (command) => {
  const { code, stdout, stderr } = await inside([command, '--help'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain(`usage: iap ${command}`)
})

test('an unknown flag is told with the nearest one', async () => {
  const stderr = 'error: `iap verify` has no flag `--kye`\n  help: did you mean `--key`?\n'
  expect(await inside(['verify', '--kye', 'k'])).toEqual({ code: 2, stdout: '', stderr })
})

test.each([
  ['chekc', 'unknown command `chekc`', 'did you mean `iap check`?'],
  ['--verison', 'unknown flag `--verison`', 'did you mean `iap --version`?'],
  ['frobnicate', 'unknown command `frobnicate`', 'see `iap --help`'],
])('iap %s', async (word, message, help) => {
  const { code, stdout, stderr } = await inside([word])
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n  help: ${help}\n` })
})

test('a pipe that is closed early is no failure', async () => {
  const lines = Array.from({ length: 50_000 }, () => '{}').join('\n')
  const { status, stderr, stdout } = spawnSync(
    'sh',
    ['-c', `node dist/iap.js eval cli/templates/default/policies | head -1; true`],
    { cwd: root, input: lines, encoding: 'utf8' },
  )
  expect(status).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stderr).not.toContain('EPIPE')
})

test.skipIf(!existsSync('/dev/full'))('an answer that cannot be written is none', async () => {
  const { status, stderr } = spawnSync('sh', ['-c', 'node dist/iap.js check examples/shop/policies >/dev/full'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status).toBe(2)
  expect(stderr).toBe('error: standard output cannot be written: no space is left on the device\n')
})

test('colors: none in a pipe, some where they are forced', async () => {
  const words = ['check', 'tests/cli/fixtures/ten-mistakes.iap']
  expect((await iap(words)).stdout).not.toContain('\u001b[')
  expect((await iap(words, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[')
  expect((await iap(words, { env: { FORCE_COLOR: '0' } })).stdout).not.toContain('\u001b[')
})
