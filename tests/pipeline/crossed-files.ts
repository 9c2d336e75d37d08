import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'
import { openStage } from '../life/proxy-process.ts'
import { startUpstream } from '../support/start-test-proxy.ts'
import { startTestIssuer, TEST_AUDIENCE } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'

/** A role by a claim, and a permit to it: what any policy has. */
const POLICY = `
identity user via jwt { sub: string, groups: set<string> }
role member of user when "staff" in caller.groups
service app at "app.test" {
  route read GET "/users/{id}"
}
permit members_read on app.read to member
`

/** Requests whose files are compared: what a timer runs meanwhile is not in each of them. */
const DRAWS = 8

/** Run by a timer alone, which on a slow machine comes in each draw: requests read a property of the manager. */
const BY_TIMER = 'runtime/proxy/overload/'

export interface CrossedFiles {
  /** Product files with a function that runs for a request whose token is not known yet. */
  readonly first: readonly string[]
  /** The same for a token that is known. */
  readonly known: readonly string[]
}

/** Counts by V8's precise coverage in a worker of the real proxy, bundled without minification: the bundle names its files. */
export async function crossedFiles(): Promise<CrossedFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-crossed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const places = await bundleInto(folder)
  writeFileSync(join(folder, 'coverage.mjs'), TAKER)
  const issuer = await startTestIssuer()
  const service = await startUpstream((_, answer) => answer.end('ok'))
  const stage = await openStage(POLICY)
  onTestFinished(async () => {
    stage.remove()
    service.close()
    await issuer.close()
  })
  stage.configure({
    upstream: service.origin,
    workers: 1,
    identities: `{ user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }`,
  })
  const running = stage.start({
    // The first word would be the program that is shipped.
    command: ['sh', '-c', `shift; exec "${process.execPath}" "${join(folder, 'proxy.mjs')}" "$@"`, 'sh'],
    spawn: {
      env: {
        ...process.env,
        COVERAGE: folder,
        NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'coverage.mjs')).href}`,
      },
    },
  })
  const [port = 0] = await running.ready()
  const [worker] = await running.workers()
  if (worker === undefined) throw new Error('the proxy has no worker')
  const { pid } = worker
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  let [taken, records] = [0, 0]

  async function ask(token: string): Promise<void> {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: 'app.test', authorization: `Bearer ${token}` }
      const sent = request({ port, host: '127.0.0.1', path: '/users/1', agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
      sent.on('error', reject).end()
    })
    if (status !== 200) throw new Error(`the proxy answers ${status}: ${running.said()}`)
    records++
    await eventually(() => stage.audit().length >= records || undefined, 'the request is not recorded')
  }

  async function take(): Promise<ReadonlySet<string>> {
    process.kill(pid, 'SIGUSR2')
    const file = join(folder, `${pid}-${++taken}.json`)
    const offsets = await eventually(() => offsetsIn(file), 'the worker does not say what has run')
    return new Set(offsets.flatMap((offset) => fileAt(places, offset) ?? []))
  }

  async function draw(tokenOf: (at: number) => string): Promise<readonly string[]> {
    const known = tokenOf(-1)
    for (let at = 0; at < DRAWS; at++) await ask(known)
    const draws: ReadonlySet<string>[] = []
    for (let at = 0; at < DRAWS; at++) {
      await take()
      await ask(tokenOf(at))
      draws.push(await take())
    }
    return [...(draws[0] ?? [])].filter((file) => !file.startsWith(BY_TIMER) && draws.every((one) => one.has(file))).sort()
  }

  const token = issuer.mint({ groups: ['staff'] })
  return { first: await draw(() => issuer.mint({ groups: ['staff'] })), known: await draw(() => token) }
}

interface Place {
  readonly offset: number
  readonly file: string
}

/** Returns where each file begins in the bundle, in order: esbuild names it in a comment. */
async function bundleInto(folder: string): Promise<readonly Place[]> {
  const outfile = join(folder, 'proxy.mjs')
  await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: ['runtime/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  })
  const named = readFileSync(outfile, 'utf8').matchAll(/^ *\/\/ ([\w@./-]+\.[mc]?[jt]s)$/gm)
  return [...named].map(({ index, 1: file = '' }) => ({ offset: index, file }))
}

/** Writes the offsets of the functions that have run since the last signal. */
const TAKER = `
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
const session = new Session()
session.connect()
const post = (method, params) =>
  new Promise((resolve, reject) => session.post(method, params, (error, value) => (error ? reject(error) : resolve(value))))
await post('Profiler.enable')
await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
let taken = 0
process.on('SIGUSR2', async () => {
  const { result } = await post('Profiler.takePreciseCoverage')
  const ours = result.filter(({ url }) => url.endsWith('/proxy.mjs')).flatMap(({ functions }) => functions)
  const ran = ours.map(({ ranges: [range] }) => range).filter(({ count }) => count > 0)
  const file = join(process.env.COVERAGE, process.pid + '-' + ++taken + '.json')
  writeFileSync(file, JSON.stringify(ran.map(({ startOffset }) => startOffset)))
})
`

/** Returns `undefined` while it is not written. */
function offsetsIn(file: string): readonly number[] | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as readonly number[]
  } catch {
    return undefined
  }
}

/** Returns the product file of an offset; `null` for packages and the entry. */
function fileAt(places: readonly Place[], offset: number): string | null {
  const { file = '' } = places.findLast((place) => place.offset <= offset) ?? {}
  return /^(?:runtime|request)\/.*\.ts$/.test(file) && file !== 'runtime/main.ts' ? file : null
}
