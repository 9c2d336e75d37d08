import { spawn } from 'node:child_process'
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WAIT } from '../support/until.ts'
import { type Ended, emptyFolder, folderOf, iap, ports, program, project, root } from './iap.ts'
import { inside } from './inside.ts'

interface Running {
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
  stop(): void
}

/** `iap` as something that goes on until it is stopped, at the latest with the test. */
function start(words: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [program, ...words], { cwd, env: { ...process.env, NO_COLOR: '1' } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { stdout: () => stdout, stderr: () => stderr, ended, stop: () => child.kill('SIGINT') }
}

/** The template with ports that nobody uses, so that tests do not meet. */
async function projectWithPorts(): Promise<{ folder: string; port: number; taken: number }> {
  const folder = project()
  const { free, taken } = await ports()
  const file = join(folder, 'iap.yaml')
  const text = readFileSync(file, 'utf8').replace('127.0.0.1:8080', `127.0.0.1:${free}`).replace('127.0.0.1:9901', '127.0.0.1:0')
  writeFileSync(file, text.replace('  echo: true', '  issuer: 127.0.0.1:0\n  echo: true'))
  return { folder, port: free, taken }
}

async function signed(folder: string): Promise<void> {
  await inside(['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: folder })
  await inside(['build', 'policies', '-o', 'policy.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1'], {
    cwd: folder,
  })
}

describe('a configuration with eight mistakes', () => {
  test.each([[['--check']], [[]]])('gives eight messages with line and column (%j)', async (flags) => {
    const folder = emptyFolder()
    copyFileSync(join(root, 'tests/cli/fixtures/eight-mistakes.yaml'), join(folder, 'iap.yaml'))
    const { code, stdout, stderr } = await iap(['run', ...flags], { cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    const places = [...stderr.matchAll(/^iap\.yaml:(\d+):(\d+): \S.*$/gm)].map(([, line, column]) => [
      Number(line),
      Number(column),
    ])
    expect(places).toEqual([
      [3, 14],
      [5, 11],
      [6, 9],
      [10, 13],
      [12, 18],
      [15, 17],
      [16, 14],
      [17, 1],
    ])
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('✗ 8 errors in iap.yaml')
  })
})

describe('--check', () => {
  test('says that all is well, opens no socket', async () => {
    const { folder, taken } = await projectWithPorts()
    await signed(folder)
    const file = join(folder, 'iap.yaml')
    // A port that is in use would be noticed by whoever opens it.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/address: 127\.0\.0\.1:\d+/, `address: 127.0.0.1:${taken}`))
    const { code, stdout } = await iap(['run', '--check'], { cwd: folder })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^✓ iap\.yaml/)
  })

  test.each([
    ['no bundle', 2, (folder: string) => renameSync(join(folder, 'policy.iapb'), join(folder, 'x')), /policy\.iapb/],
    [
      'a missing key',
      2,
      (folder: string) => renameSync(join(folder, 'release.public.jwk.json'), join(folder, 'x')),
      /release\.public\.jwk\.json/,
    ],
    [
      'a private key',
      1,
      (folder: string) => copyFileSync(join(folder, 'release.private.jwk.json'), join(folder, 'release.public.jwk.json')),
      /private key/,
    ],
    [
      'a truncated bundle',
      1,
      (folder: string) => writeFileSync(join(folder, 'policy.iapb'), readFileSync(join(folder, 'policy.iapb')).subarray(0, 200)),
      /policy\.iapb/,
    ],
    [
      'an identity that nothing binds',
      1,
      (folder: string) =>
        writeFileSync(join(folder, 'iap.yaml'), readFileSync(join(folder, 'iap.yaml'), 'utf8').replace('  staff:', '  stuff:')),
      /iap\.yaml:\d+:\d+: .*`staff`/,
    ],
  ])('%s', async (_, exit, change, message) => {
    const { folder } = await projectWithPorts()
    await signed(folder)
    change(folder)
    const { code, stdout, stderr } = await iap(['run', '--check'], { cwd: folder })
    expect(stderr + stdout).toMatch(message)
    expect(code).toBe(exit)
  })
})

describe('what cannot be carried out', () => {
  test('no configuration', async () => {
    const { code, stderr } = await iap(['run'], { cwd: emptyFolder() })
    expect(code).toBe(2)
    expect(stderr).toContain('`iap.yaml` does not exist')
  })

  test.each([[['--dev']], [[]]])('a port that is taken (%j)', async (flags) => {
    const { folder, port, taken } = await projectWithPorts()
    await signed(folder)
    const file = join(folder, 'iap.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(`127.0.0.1:${port}`, `127.0.0.1:${taken}`))
    const { code, stderr } = await iap(['run', ...flags], { cwd: folder })
    expect(stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${taken}\\b.*the address is in use`))
    expect(code).toBe(2)
  })

  test('--dev without sources or callers', async () => {
    const { folder } = await projectWithPorts()
    const file = join(folder, 'iap.yaml')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('  sources: ./policies\n', ''))
    expect(await iap(['run', '--dev'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no `dev.sources`'),
    })
    writeFileSync(file, text.replace('./dev/callers.json', './nobody.json'))
    expect(await iap(['run', '--dev'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nobody.json` does not exist'),
    })
  })
})

describe('--dev', () => {
  test('a policy with a typo is shown, and ends it with 1', async () => {
    const { folder } = await projectWithPorts()
    const file = join(folder, 'policies/hello.iap')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/to +staff/, 'to staf'))
    const { code, stderr } = await iap(['run', '--dev'], { cwd: folder })
    expect(code).toBe(1)
    expect(stderr).toMatch(/policies\/hello\.iap:\d+:\d+/)
    expect(stderr).toContain('did you mean `staff`?')
  })

  test('what is saved decides the next request; what is wrong leaves the policy before it', async () => {
    const { folder, port } = await projectWithPorts()
    const running = start(['run', '--dev'], folder)
    await expect.poll(running.stdout, WAIT).toContain('press ctrl-c to stop')
    const issuer = /issuer +(http:\S+)/.exec(running.stdout())?.[1]
    const token = (await (await fetch(`${issuer}/token?caller=bob&as=text`)).text()).trim()
    const publish = () => ask(port, 'POST', '/posts', token, 'hello.localhost', '{"title":"a","text":"b"}')
    expect(await publish()).toBe(403)
    await expect
      .poll(running.stdout, WAIT)
      .toMatch(
        /^\d\d:\d\d:\d\dZ 403 POST hello\.localhost\/posts staff:bob deny \(no rule permits it\) \d+ ms\n {2}nearest permit: editors_write: it is to editor {2}policies\/hello\.iap:\d+:8$/m,
      )
    const file = join(folder, 'policies/hello.iap')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/to +editor/, 'to staff'))
    await expect.poll(publish, WAIT).toBe(200)
    writeFileSync(file, text.replace(/to +editor/, 'to'))
    await expect.poll(running.stderr, WAIT).toContain('the previous policy stays active')
    expect(await publish()).toBe(200)
    writeFileSync(file, Buffer.from([0xff]))
    await expect.poll(running.stderr, WAIT).toContain('is not UTF-8 text')
    expect(await publish()).toBe(200)
    writeFileSync(file, text)
    await expect.poll(publish, WAIT).toBe(403)
    running.stop()
    expect((await running.ended).code).toBe(0)
  })

  test('a service that is written while it runs is served', async () => {
    const { folder, port } = await projectWithPorts()
    const running = start(['run', '--dev', '--quiet'], folder)
    await expect.poll(running.stdout, WAIT).toContain('press ctrl-c to stop')
    const more = 'service more at "more.localhost" { route all GET "/" }\npermit more_is_open on more.all to anyone\n'
    writeFileSync(join(folder, 'policies/more.iap'), more)
    await expect.poll(() => ask(port, 'GET', '/', null, 'more.localhost').catch(() => 0), WAIT).toBe(200)
    running.stop()
    expect((await running.ended).stdout).not.toContain('GET more.localhost')
  })

  test('--quiet goes with --dev alone', async () => {
    const { folder } = await projectWithPorts()
    expect(await iap(['run', '--quiet'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`--quiet` needs `--dev`'),
    })
  })
})

async function ask(
  port: number,
  method: string,
  path: string,
  token: string | null,
  host = 'hello.localhost',
  json = '',
): Promise<number> {
  const { request } = await import('node:http')
  return await new Promise((resolve, reject) => {
    const headers = {
      host,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(json !== '' && { 'content-type': 'application/json', 'content-length': String(json.length) }),
    }
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    outgoing.once('error', reject).end(json)
  })
}

test('run is the proxy: it takes the signed bundle and ends with 0 when it is told to', async () => {
  const { folder, port } = await projectWithPorts()
  await signed(folder)
  const running = start(['run'], folder)
  await expect.poll(() => ask(port, 'GET', '/hello/ann', null).catch(() => 0), WAIT).toBe(401)
  running.stop()
  expect((await running.ended).code).toBe(0)
})

test('an unsigned bundle is not served', async () => {
  const { folder } = await projectWithPorts()
  await inside(['keygen', '-o', 'k', '--public', 'release.public.jwk.json'], { cwd: folder })
  await inside(['build', 'policies', '-o', 'policy.iapb'], { cwd: folder })
  const { code, stderr, stdout } = await iap(['run', '--check'], { cwd: folder })
  expect(code).toBe(1)
  expect(stderr + stdout).toContain('unsigned')
})

test('the configuration is named by --config', async () => {
  const folder = folderOf({ 'other.yaml': 'listeners: []\n' })
  const { stderr } = await iap(['run', '--config', 'other.yaml', '--check'], { cwd: folder })
  expect(stderr).toContain('other.yaml:1:')
})
