// What a newcomer does, with what is shipped: the packed tarball in an empty folder.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { WAIT } from '../support/until.ts'
import { installPackage, root, sh } from './install-package.ts'

let folder: string
let demo: string
let bin: string

beforeAll(() => {
  ;({ folder } = installPackage())
  demo = join(folder, 'demo')
  bin = join(folder, 'node_modules', '.bin', 'iap')
  sh(bin, ['init', 'demo'], folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The line that is printed to be pasted in. */
const hasCurl = spawnSync('curl', ['--version']).status === 0

test.skipIf(!hasCurl)(
  'install, init, test, run --dev, and the printed line answers 200, within a minute and with no file edited',
  async () => {
    expect(sh(bin, ['test', 'policies'], demo)).toBe('✓ 19 tests passed\n')
    const path = `${join(folder, 'node_modules', '.bin')}:${process.env.PATH}`
    execFileSync('sh', ['ci/policy.sh'], { cwd: demo, stdio: 'pipe', env: { ...process.env, PATH: path } })
    // No file is edited, unless something else on this machine has the port.
    const file = join(demo, 'iap.yaml')
    const taken = (await isFree(8080)) && (await isFree(9901)) ? null : [await freePort(), await freePort()]
    if (taken !== null)
      writeFileSync(file, readFileSync(file, 'utf8').replace('8080', String(taken[0])).replace('9901', String(taken[1])))
    const before = readFileSync(file)
    const proxy = spawn(bin, ['run', '--dev'], {
      cwd: demo,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    let said = ''
    let complained = ''
    proxy.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    proxy.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text
    })
    const ended = new Promise<number | null>((resolve) => proxy.once('close', resolve))
    try {
      await expect.poll(() => said, { ...WAIT, message: complained }).toContain('press ctrl-c to stop')
      const line = /# ann: permitted\n +(curl .*)$/m.exec(said)?.[1]
      if (line === undefined) throw new Error(`no line to paste in:\n${said}`)
      const answer = sh('sh', ['-c', line], folder)
      expect(answer).toMatch(/^HTTP\/1\.1 200/)
      const body = JSON.parse(answer.slice(answer.indexOf('{'))) as object
      expect(body).toMatchObject({ service: 'hello', caller: { verified: true, sub: 'ann', identity: 'staff' } })
      expect(readFileSync(file).equals(before)).toBe(true)
    } finally {
      proxy.kill('SIGINT')
    }
    expect(await ended, complained).toBe(0)
  },
)

test.each([
  ['alone, in an empty folder,', null],
  ['beside the code check of another build', 'process.exit(1)'],
])('dist/proxy.js %s is the proxy', async (_, codeCheck) => {
  const alone = join(folder, codeCheck === null ? 'alone' : 'beside')
  mkdirSync(alone)
  if (codeCheck !== null) writeFileSync(join(alone, 'code-check.js'), codeCheck)
  copyFileSync(join(root, 'dist/proxy.js'), join(alone, 'proxy.js'))
  sh(bin, ['keygen', '-o', 'key.jwk', '--public', 'key.pub'], alone)
  sh(bin, ['build', '../demo/policies', '-o', 'policy.iapb', '--sign', 'key.jwk'], alone)
  const [port, admin] = [await freePort(), await freePort()]
  writeFileSync(join(alone, 'iap.yaml'), configuration(port, admin))
  const check = sh(process.execPath, ['proxy.js', '--config', 'iap.yaml', '--check'], alone)
  expect(check).toBeDefined()
  const proxy = spawn(process.execPath, ['proxy.js', '--config', 'iap.yaml'], { cwd: alone, stdio: 'ignore' })
  const ended = new Promise<number | null>((resolve) => proxy.once('close', resolve))
  try {
    const ready = () =>
      fetch(`http://127.0.0.1:${admin}/readyz`).then(
        (answer) => answer.status,
        () => 0,
      )
    await expect.poll(ready, WAIT).toBe(200)
    const page = await fetch(`http://127.0.0.1:${admin}/dashboard`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>iap · dashboard</title>')])
    const client = new RawClient(port)
    client.send('GET /hello/ann HTTP/1.1\nHost: hello.localhost\n\n')
    expect((await client.response()).status).toBe(401)
    client.close()
  } finally {
    proxy.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})

function configuration(port: number, admin: number): string {
  return `
listeners:
  - address: 127.0.0.1:${port}
  - { address: 127.0.0.1:0, protocol: ext-authz, clients: [{ address: 127.0.0.1 }] }
bundle: { source: ./policy.iapb, keys: [./key.pub], state: ./var }
identities:
  staff: { issuer: https://id.example.com, audience: https://hello.example.com, algorithms: [ES256] }
services:
  hello: { upstreams: [http://127.0.0.1:1] }
audit: [{ file: ./audit.jsonl }]
admin: { address: 127.0.0.1:${admin} }
`
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
