// The projects of `iap init --with PROVIDER`: they check, their tests pass, and the proxy accepts tokens of the documented shape.

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { type DocumentedProvider, startDocumentedProvider } from '../support/documented-provider.ts'
import { PROVIDER_SHAPES } from '../support/provider-shapes.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { emptyFolder, iap, program } from './iap.ts'
import { inside } from './inside.ts'

const SECRET = 'a-secret-of-the-tests-0123456789'

let upstream: TestUpstream
let seen: Readonly<Record<string, unknown>> = {}
beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen = request.headers
    request.resume()
    response.end('fine')
  })
})
afterAll(() => upstream?.close())

async function project(provider: string): Promise<string> {
  const folder = emptyFolder()
  const { code, stderr } = await inside(['init', '.', '--with', provider], { cwd: folder })
  expect([code, stderr]).toEqual([0, '\nnext:\n  iap test policies\n  npm install --save-dev oidc-provider\n  iap run --dev\n'])
  return folder
}

/** Changes the addresses of the configuration to ports that nobody uses. */
function onThisMachine(folder: string, replaced: readonly (readonly [string, string])[] = []): void {
  const file = join(folder, 'iap.yaml')
  const ports = [
    ['127.0.0.1:8080', '127.0.0.1:0'],
    ['127.0.0.1:9901', '127.0.0.1:0'],
    ['  echo: true', '  issuer: 127.0.0.1:0\n  echo: true'],
  ] as const
  const text = [...ports, ...replaced].reduce(
    (before, [from, to]) => {
      expect(before).toContain(from)
      return before.replace(from, to)
    },
    readFileSync(file, 'utf8'),
  )
  writeFileSync(file, `${text}\nworkers: 1\n`)
}

/** Starts `iap run` until the end of the test. Returns what a pattern finds in its output. */
async function start(folder: string, words: readonly string[], pattern: RegExp): Promise<readonly string[]> {
  const env = { ...process.env, NO_COLOR: '1', IAP_STAFF_SECRET: SECRET }
  const child = spawn(process.execPath, [program, 'run', ...words], { cwd: folder, env })
  let said = ''
  let isOver = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  void ended.then(() => {
    isOver = true
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return await eventually(() => {
    if (isOver) throw new Error(said)
    return pattern.exec(said) ?? undefined
  })
}

const post = { title: 'Hello', text: 'world' }
async function publish(port: string | undefined, token: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/posts`, {
    method: 'POST',
    // `fetch` sets `Host` by the URL, so the configuration names this one.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(post),
  })
  await response.text()
  return response.status
}

const PROVIDERS = Object.entries(PROVIDER_SHAPES).filter(([name]) => name !== 'cognito')

describe.each(PROVIDERS)('--with %s', (name, { issuer, people }) => {
  test('writes a project without errors and warnings, and with tests of all of it', async () => {
    const cwd = await project(name)
    for (const words of [
      ['check', 'policies', '--max-warnings', '0'],
      ['lint', 'policies', '--max-warnings', '0'],
      ['fmt', 'policies', '--check'],
      ['prove', 'policies'],
      ['test', 'policies', '--coverage', '--mutate', '--min', '90'],
    ]) {
      const { code, stdout, stderr } = await inside(words, { cwd })
      expect([words[0], code, stderr], stdout).toEqual([words[0], 0, ''])
    }
    const readme = readFileSync(join(cwd, 'README.md'), 'utf8')
    expect(readme).toContain('https://hello.example.com/.iap/callback/staff')
    // Each value to fill in is one of the written files.
    const text = readFileSync(join(cwd, 'iap.yaml'), 'utf8')
    const loaded = loadConfig(text, join(cwd, 'iap.yaml'))
    expect(loaded.ok ? loaded.config.identities.staff?.oidc?.issuer : loaded.errors).toBe(issuer)
  })

  test('has a proxy that accepts tokens of the documented shape', async () => {
    const folder = await project(name)
    const { identities } = configIn(folder)
    const { oidc, jwt } = identities.staff ?? {}
    const provider = await startDocumentedProvider({
      ...{ path: new URL(issuer).pathname.replace(/^\/$/, issuer.endsWith('/') ? '/' : ''), people },
      ...{ clientId: oidc?.clientId ?? '', clientSecret: SECRET, audience: jwt?.audience ?? [] },
    })
    onTestFinished(() => provider.close())
    expect(
      (await inside(['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'], { cwd: folder })).code,
    ).toBe(0)
    expect(
      (
        await inside(['build', 'policies', '-o', 'policy.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1'], {
          cwd: folder,
        })
      ).code,
    ).toBe(0)
    const checked = await iap(['run', '--check'], { cwd: folder, env: { IAP_STAFF_SECRET: SECRET } })
    expect(checked, checked.stderr).toMatchObject({ code: 0, stdout: '✓ iap.yaml: configuration, keys and bundle are valid\n' })

    onThisMachine(folder, [
      [`issuer: ${issuer}`, `issuer: ${provider.issuer}`],
      ['http://127.0.0.1:3000', upstream.origin],
      ['# hosts: [hello.example.com]', 'hosts: [hello.localhost, 127.0.0.1]'],
    ])
    const [, port] = await start(folder, [], /listening on http:\/\/127\.0\.0\.1:(\d+)/)
    if (jwt !== null) {
      expect(await publish(port, provider.accessToken('ann'))).toBe(200)
      expect(seen['x-author']).toBe('ann@example.com')
      expect(await publish(port, provider.accessToken('bob'))).toBe(403)
      expect(await publish(port, provider.idToken('ann'))).toBe(401)
    }
    for (const [person, status] of [
      ['ann', 200],
      ['bob', 200],
      ['eve', 403],
    ] as const) {
      if (people[person] === undefined) continue
      expect([person, await signIn(provider, person, port)]).toEqual([person, status])
    }
  })

  test('runs for development', async () => {
    const folder = await project(name)
    onThisMachine(folder)
    const [, port, issuing] = await start(
      folder,
      ['--dev'],
      /proxy +http:\/\/127\.0\.0\.1:(\d+)[\s\S]*issuer +(http:\S+)[\s\S]*open in a browser[\s\S]*press ctrl-c/,
    )
    const client = new CookieClient(undefined, true)
    const picker = await client.open(`http://hello.localhost:${port}/hello/world`)
    expect((await client.submit(picker, { caller: 'ann' })).status).toBe(200)
    if (configIn(folder).identities.staff?.jwt === null) return
    const token = await (await fetch(`${issuing}/token?caller=ann&as=text`)).text()
    const page = await client.send(`http://hello.localhost:${port}/hello/world`, {
      headers: { authorization: `Bearer ${token.trim()}` },
    })
    expect(JSON.parse(page.body).caller).toMatchObject({ verified: true })
  })
})

async function signIn(provider: DocumentedProvider, person: string, port: string | undefined): Promise<number> {
  provider.person = person
  const page = await new CookieClient(undefined, true).open(`http://hello.localhost:${port}/hello/world`)
  return page.status
}

function configIn(folder: string) {
  const file = join(folder, 'iap.yaml')
  const loaded = loadConfig(readFileSync(file, 'utf8'), file)
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  return loaded.config
}

test('an unknown provider is an error with the known ones', async () => {
  const cwd = emptyFolder()
  const { code, stderr } = await inside(['init', '--with', 'google-workspace'], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringContaining('`--with` cannot be `google-workspace`')])
})
