/** The proxy, started as people start it, makes no code from texts, and loads bundles all the same. */
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WAIT } from '../support/until.ts'
import { program, root, template } from './iap.ts'
import { inside } from './inside.ts'

const REFUSED = ['eval', 'Function', 'constructor', 'async', 'generator'].map((way) => `${way} EvalError`).join(', ')
const PROBE = join(root, 'tests/cli/fixtures/probe.mjs')

/** The template, its bundle built and signed. */
let folder: string
let sequence = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-cli-'))
  cpSync(template, folder, { recursive: true })
  await inside(['keygen', '-o', 'private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: folder })
  await build()
  const file = join(folder, 'iap.yaml')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('127.0.0.1:8080', '127.0.0.1:0').replace('127.0.0.1:9901', '127.0.0.1:0'),
  )
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The next one, of other content. */
async function build(): Promise<void> {
  sequence += 1
  appendFileSync(join(folder, 'policies/hello.iap'), `\n// ${sequence}\n`)
  const words = ['-o', 'policy.iapb', '--sign', 'private.jwk.json', '--sequence', String(sequence)]
  expect((await inside(['build', 'policies', ...words], { cwd: folder })).code).toBe(0)
}

interface Running {
  readonly child: ChildProcess
  /** The first line of standard error that fits, of those to come if it was seen before. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** All of standard error. */
  said(): string
  readonly ended: Promise<number | null>
}

/** With the probe in each of its processes. */
function start(file: string, words: readonly string[]): Running {
  const env = { ...process.env, NODE_OPTIONS: `--import=${PROBE}`, NO_COLOR: '1' }
  const child = spawn(process.execPath, [file, ...words], { cwd: folder, env })
  let text = ''
  let all = ''
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    text += more
    all += more
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const line = async (pattern: RegExp) => {
    for (let round = 0; round < 12_000; round += 1) {
      const match = pattern.exec(text)
      if (match !== null) {
        text = text.slice(match.index + match[0].length)
        return match
      }
      await new Promise((later) => setTimeout(later, 10))
    }
    throw new Error(`no line like ${pattern} in ${text}`)
  }
  return { child, line, said: () => all, ended }
}

/** The processes that make no code from texts and are there: those that decide, and for a while the one that checks the code of a bundle. */
function proxiesOf({ said }: Running): readonly number[] {
  const started = [...said().matchAll(new RegExp(`^probe starts (\\d+): ${REFUSED}$`, 'gm'))].map(([, pid]) => Number(pid))
  return started.filter(isThere)
}

function probe(pid: number): void {
  try {
    process.kill(pid, 'SIGUSR2')
  } catch (error) {
    // It has ended since.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

test.each([
  ['iap run', program, ['run']],
  ['dist/proxy.js', join(root, 'dist/proxy.js'), ['--config', 'iap.yaml']],
])('%s: neither when it starts nor when it runs, and bundles become active', async (_, file, words) => {
  const running = start(file, words)
  await running.line(/a policy is active/)
  await running.line(/ listening on /)
  // Read, checked and run while the one before serves.
  await build()
  await running.line(new RegExp(`a policy is active.*sequence=${sequence}`))
  for (const pid of proxiesOf(running)) probe(pid)
  await running.line(new RegExp(`^probe runs \\d+: ${REFUSED}$`, 'm'))
  expect(running.said()).not.toMatch(/^probe runs .* made/m)
  // What is told to the program that was started, the proxy is told.
  running.child.kill('SIGTERM')
  await running.line(/SIGTERM: stopping when requests in progress have ended/)
  expect(await running.ended).toBe(0)
})

test('its answers, and that it does not start, are those of the process', async () => {
  expect(await start(program, ['run', '--check']).ended).toBe(0)
  expect(await start(program, ['run', '--config', 'missing.yaml']).ended).toBe(2)
})

test('nobody is left when the program is killed', async () => {
  const running = start(program, ['run'])
  await running.line(/ listening on /)
  const pids = proxiesOf(running)
  expect(pids).not.toEqual([])
  running.child.kill('SIGKILL')
  await running.ended
  await expect.poll(() => pids.some(isThere), WAIT).toBe(false)
})

test('what compiles may make code from texts: ajv does', async () => {
  const built = start(program, ['build', 'policies', '-o', 'other.iapb'])
  await built.line(/^probe starts \d+: eval made, Function made/m)
  expect(await built.ended).toBe(0)
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
