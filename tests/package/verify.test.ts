// What a service does with `iap-proxy/verify`, with what is shipped: the files of the package beside Express 5 and Fastify 5, behind the real proxy.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readPages } from '../docs/pages.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import { WAIT } from '../support/until.ts'
import { copyPackage, root, sh } from './install-package.ts'

const EXPRESS = `
import express from 'express'
import { createVerifier, guardExpress } from 'iap-proxy/verify'

const app = express()
app.get('/healthz', (request, response) => response.end())
app.use(guardExpress(createVerifier({ audience: 'express', jwks: process.env.IAP_JWKS })))
app.get('/{*rest}', (request, response) => response.json(request.caller))
app.listen(Number(process.env.PORT))
`

const FASTIFY = `
import fastify from 'fastify'
import { createVerifier, guardFastify } from 'iap-proxy/verify'

const app = fastify()
app.get('/healthz', async () => '')
app.register(async (guarded) => {
  guarded.get('/before', async (request) => request.caller)
  guarded.register(guardFastify(createVerifier({ audience: 'fastify', jwks: process.env.IAP_JWKS })))
  guarded.get('/*', async (request) => request.caller)
})
app.listen({ port: Number(process.env.PORT) })
`

/** What many services do. */
const BELIEVING = `
import { createServer } from 'node:http'
createServer((request, response) => response.writeHead(request.headers['x-iap-assertion'] ? 200 : 401).end()).listen(Number(process.env.PORT))
`

const SERVICES = ['http', 'express', 'fastify'] as const
type Name = (typeof SERVICES)[number] | 'believing'

let folder: string
let bin: string
let issuer: TestIssuer
let proxyPort: number
const ports = {} as Record<Name, number>
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = copyPackage()
  bin = join(folder, 'node_modules', '.bin', 'iap')
  // A link is resolved to where they are, and there are the packages that they need.
  for (const name of ['express', 'fastify']) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  issuer = await startTestIssuer()
  proxyPort = await freePort()
  const shown = readPages('docs').find(({ name }) => name === 'docs/reference/assertion.md')?.files['server.mjs'] ?? ''
  const programs: Readonly<Record<Name, string>> = {
    http: shown.replace("'orders'", "'http'"),
    express: EXPRESS,
    fastify: FASTIFY,
    believing: BELIEVING,
  }
  const jwks = `http://127.0.0.1:${proxyPort}/.well-known/iap/jwks.json`
  for (const [name, text] of Object.entries(programs) as readonly [Name, string][]) {
    ports[name] = await freePort()
    writeFileSync(join(folder, `${name}.mjs`), text)
    run(process.execPath, [`${name}.mjs`], { PORT: String(ports[name]), IAP_JWKS: jwks })
  }
  mkdirSync(join(folder, 'policies'))
  writeFileSync(join(folder, 'policies/all.iap'), policy())
  sh(bin, ['keygen', '-o', 'key.jwk', '--public', 'key.pub'], folder)
  sh(bin, ['build', 'policies', '-o', 'policy.iapb', '--sign', 'key.jwk'], folder)
  writeFileSync(join(folder, 'iap.yaml'), configuration())
  run(bin, ['run'], {})
  for (const port of [proxyPort, ...Object.values(ports)]) await vi.waitFor(() => statusOf({ port, path: '/healthz' }), WAIT)
})

afterAll(async () => {
  await Promise.all(
    children.map((child) => {
      const gone = new Promise((resolve) => child.once('close', resolve))
      return child.exitCode === null && child.kill('SIGKILL') ? gone : null
    }),
  )
  await issuer?.close()
  rmSync(folder, { recursive: true, force: true })
})

function policy(): string {
  const names = Object.keys(ports)
  return `identity user via jwt { sub: string, groups: set<string> }
${names.map((name) => `service ${name} at "${name}.test" { route any ANY "/{rest...}" }`).join('\n')}
permit everybody on ${names.map((name) => `${name}.any`).join(', ')} to anyone
`
}

function configuration(): string {
  const services = Object.entries(ports).map(([name, port]) => `${name}: { upstreams: [http://127.0.0.1:${port}] }`)
  return `
listeners: [{ address: 127.0.0.1:${proxyPort} }]
bundle: { source: ./policy.iapb, keys: [./key.pub], state: ./var }
identities: { user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }
services: { ${services.join(', ')} }
audit: []
assertion: { state: ./keys }
workers: 1
`
}

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  children.push(spawn(file, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } }))
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

function ask(options: {
  readonly port: number
  readonly path: string
  readonly headers?: Record<string, string> | string[]
}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asking.on('error', reject).end()
  })
}

const statusOf = async (options: Parameters<typeof ask>[0]) => (await ask(options)).status

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** `iap self-test` of what is installed. */
function selfTest(
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(bin, ['self-test', ...words], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

describe.each(SERVICES)('%s', (name) => {
  const through = (headers: Record<string, string> = {}) =>
    ask({ port: proxyPort, path: '/orders', headers: { host: `${name}.test`, ...headers } })

  test('takes what the proxy says: a caller, and nobody', async () => {
    const caller = await through({ authorization: `Bearer ${issuer.mint({ groups: ['support'] })}` })
    expect([caller.status, JSON.parse(caller.body)]).toEqual([
      200,
      { identity: 'user', subject: 'ann', claims: { sub: 'ann', groups: ['support'] } },
    ])
    const nobody = await through()
    expect([nobody.status, JSON.parse(nobody.body)]).toEqual([200, { identity: 'anonymous', subject: null, claims: {} }])
  })

  test('refuses what comes past the proxy', async () => {
    const { status, headers, body } = await ask({ port: ports[name], path: '/orders' })
    expect([status, headers['content-type'], headers['www-authenticate'], headers['cache-control']]).toEqual([
      401,
      'application/problem+json',
      'IAP-Assertion',
      'no-store',
    ])
    expect(JSON.parse(body)).toEqual({
      title: 'Unauthorized',
      status: 401,
      detail: 'the request has no assertion, so it did not come through the proxy: send it to the proxy',
      code: 'assertion-missing',
    })
  })

  test('refuses two lines, and one of no sense', async () => {
    const lines = ['host', 'x', 'x-iap-assertion', 'a', 'X-Iap-Assertion', 'b']
    const twice = await ask({ port: ports[name], path: '/orders', headers: lines })
    expect([twice.status, JSON.parse(twice.body).code]).toEqual([401, 'assertion-repeated'])
    const one = await ask({ port: ports[name], path: '/orders', headers: { 'x-iap-assertion': 'a' } })
    expect([one.status, JSON.parse(one.body).code]).toEqual([401, 'assertion-malformed'])
  })

  test('passes the self-test: it takes the good one and refuses the four bad ones, and none', async () => {
    const { code, stdout, stderr } = await selfTest('--service', name, '--path', '/orders', '--format', 'json')
    expect(stderr).toBe('')
    const { cases, ok } = JSON.parse(stdout) as { cases: readonly { case: string; status: number }[]; ok: boolean }
    expect([code, ok, cases.map((one) => [one.case, one.status])]).toEqual([
      0,
      true,
      [
        ['good', 200],
        ['missing', 401],
        ['expired', 401],
        ['not-yet-valid', 401],
        ['other-audience', 401],
        ['badly-signed', 401],
      ],
    ])
  })
})

test('what is not guarded is not: a route before the guard, outside its context', async () => {
  for (const name of ['express', 'fastify'] as const) expect(await statusOf({ port: ports[name], path: '/healthz' })).toBe(200)
  expect(await statusOf({ port: ports.fastify, path: '/before' })).toBe(401)
})

test('a service that believes whatever is there does not pass the self-test', async () => {
  const { code, stdout } = await selfTest('--service', 'believing')
  expect(code).toBe(1)
  expect(stdout).toBe(`believing at http://127.0.0.1:${ports.believing}, GET /
  ✓ good            200  taken
  ✓ missing         401  refused
  ✗ expired         200  should be refused
  ✗ not-yet-valid   200  should be refused
  ✗ other-audience  200  should be refused
  ✗ badly-signed    200  should be refused
✗ believing does not verify the assertion correctly: expired, not-yet-valid, other-audience, badly-signed
`)
})

test('a client of the proxy cannot hand over an assertion', async () => {
  const { status } = await ask({
    port: proxyPort,
    path: '/x',
    headers: { host: 'http.test', 'x-iap-assertion': 'a', X_IAP_Assertion: 'b' },
  })
  expect(status).toBe(200)
})

test('its types fit those of Node and of Fastify, in a strict project', () => {
  const path = join(folder, 'typed')
  mkdirSync(path)
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(join(path, 'package.json'), '{"type":"module"}')
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
  writeFileSync(
    join(path, 'main.ts'),
    `import { createServer } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import fastify from 'fastify'
import { AssertionRefused, type Caller, createVerifier, guardFastify, guardHttp, type RefusalCode } from 'iap-proxy/verify'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
}

const verifier = createVerifier({ audience: 'orders', jwks: new URL('https://proxy.example/jwks'), fetch })
const guard = guardHttp(verifier)
createServer((request, response) => guard(request, response, (caller) => response.end(request.url + caller.identity)))
createHttp2((request, response) => guard(request, response, (caller) => response.end(request.url + caller.identity)))
createServer().on('upgrade', (request, socket) => {
  verifier.verifyRequest(request).catch((error: unknown) => {
    const code: RefusalCode | null = error instanceof AssertionRefused ? error.code : null
    socket.end(\`HTTP/1.1 401 \${code}\\r\\n\\r\\n\`)
  })
})
const app = fastify()
app.register(guardFastify(verifier))
app.get('/', async (request) => request.caller.subject)
// @ts-expect-error: which service it is has to be said
createVerifier({ jwks: 'https://proxy.example/jwks' })
`,
  )
  expect(said(() => sh(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], path))).toBe('')
})

/** What a tool complains about; empty where it does not. */
function said(run: () => string): string {
  try {
    return run()
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? ''}` || String(error)
  }
}
