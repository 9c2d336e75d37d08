/**
 * A fleet on one real Redis: real proxies of one worker and simulated ones. With IAP_FULL=1 it has 20 real and 180 simulated
 * proxies, else 2 and 5.
 */
import { loadavg } from 'node:os'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { FleetMember, type MemberState } from '../../runtime/server/proxy-fleet/fleet-member.ts'
import { inside } from '../cli/inside.ts'
import { startLoad } from '../life/load.ts'
import { type Live, type LiveProxy, livePolicy, openLive } from '../live/start-live.ts'
import { ADMIN_TOKEN, adminFiles, adminYaml, callAdmin, misfit } from '../support/admin.ts'
import { collectLog } from '../support/identity.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { startTestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

const FULL = process.env.IAP_FULL === '1'
const REAL = FULL ? 20 : 2
const SIMULATED = FULL ? 180 : 5

let live: Live
let redis: TestRedis
beforeAll(async () => {
  if (!installed) return
  redis = await startRedis()
  live = await openLive()
})
afterAll(async () => {
  await live?.close()
  await redis?.close()
})

const state = (sequence: number, digit = 'a'): MemberState => ({
  version: '0.1.0',
  policy: { revision: `sha256:${digit.repeat(64)}`, sequence, since: 1_700_000_000_000 + sequence },
  config: 'c'.repeat(64),
  ready: true,
  reasons: [],
  lastError: null,
})

interface Simulated {
  readonly member: FleetMember
  readonly log: ReturnType<typeof collectLog>
  state: MemberState
}

function simulate(id: string, prefix: string, first: MemberState): Simulated {
  const log = collectLog()
  const simulated: Simulated = {
    state: first,
    log,
    member: new FleetMember({ redis: redis.url, prefix, id, log, state: async () => simulated.state }),
  }
  onTestFinished(() => simulated.member.close())
  return simulated
}

async function rawClient() {
  const raw = createClient({ url: redis.url })
  await raw.connect()
  onTestFinished(() => raw.destroy())
  return raw
}

describe.skipIf(!installed)('members of a fleet', () => {
  test('see each other, who lags, and who has left', async () => {
    const one = simulate('one', 'a:', state(1))
    const two = simulate('two', 'a:', state(1))
    const states = async () => (await one.member.overview()).proxies.map((proxy) => `${proxy.id} ${proxy.state}`).join()
    await eventually(async () => (await states()) === 'one current,two current' || undefined)
    two.state = state(2, 'b')
    await eventually(async () => (await states()) === 'one lagging,two current' || undefined)
    expect((await one.member.overview()).newest).toEqual({ revision: `sha256:${'b'.repeat(64)}`, sequence: 2 })
    one.state = { ...state(2, 'b'), ready: false, reasons: ['it is shutting down'] }
    await eventually(async () => (await states()) === 'one unready,two current' || undefined)
    await two.member.close()
    await eventually(async () => (await states()) === 'one unready' || undefined)
    // What is not renewed expires.
    const raw = await rawClient()
    expect(await raw.pTTL('a:{fleet}:reports')).toBeGreaterThan(0)
    await raw.zAdd('a:{fleet}:times', { score: 1, value: 'one' })
    const ids = async () => (await two.member.overview().catch(() => null))?.proxies.length
    expect(await ids()).toBe(0)
  })

  test('with the same ID are reported', async () => {
    const [one, two] = [simulate('same', 'b:', state(1)), simulate('same', 'b:', state(1))]
    await eventually(async () => (await one.member.overview()).proxies.some(({ isShared }) => isShared) || undefined)
    const lines = [...one.log.lines, ...two.log.lines].join()
    expect(lines).toContain('another proxy of the fleet has the same ID')
  })

  test('are read beside hostile entries, which are counted', async () => {
    const one = simulate('one', 'h:', state(1))
    await eventually(async () => (await one.member.overview()).proxies.length === 1 || undefined)
    const raw = await rawClient()
    const soon = Date.now() + 9000
    const good = JSON.parse((await raw.hGet('h:{fleet}:reports', 'one')) ?? '') as Record<string, unknown>
    const texts = {
      'not-json': '{',
      'not-object': '[]',
      'no-text': null,
      'too-long': JSON.stringify({ ...good, more: 'x'.repeat(5000) }),
      deep: `${'['.repeat(1000)}${']'.repeat(1000)}`,
      version: JSON.stringify({ ...good, v: 2 }),
      revision: JSON.stringify({ ...good, policy: { revision: '\u001b[31m', sequence: 1, since: 1 } }),
      since: JSON.stringify({ ...good, policy: { ...state(1).policy, since: 9e15 } }),
      reasons: JSON.stringify({ ...good, reasons: Array(1000).fill('x') }),
      proto: '{"v":1,"__proto__":{"ready":true}}',
      '\u001b[31m red': JSON.stringify(good),
      ['x'.repeat(100_000)]: JSON.stringify(good),
    }
    for (const [id, text] of Object.entries(texts)) {
      await raw.zAdd('h:{fleet}:times', { score: soon, value: id })
      if (text !== null) await raw.hSet('h:{fleet}:reports', id, text)
    }
    // These would never expire.
    await raw.zAdd('h:{fleet}:times', [
      { score: Number.POSITIVE_INFINITY, value: 'forever' },
      { score: 1e300, value: 'long' },
    ])
    const overview = await one.member.overview()
    expect(overview.proxies.map(({ id }) => id)).toEqual(['one'])
    expect(overview.unreadable).toBe(Object.keys(texts).length + 2)
    expect(one.log.lines.join()).toContain('has entries that are not reports of proxies')
    // A key of another type stops reports, and nothing else.
    await raw.set('h:{fleet}:times', 'text')
    expect(await one.member.overview()).toMatchObject({ available: false, proxies: [] })
    await eventually(() => one.log.lines.join().includes('WRONGTYPE') || undefined)
    await raw.del('h:{fleet}:times')
    await eventually(async () => (await one.member.overview()).proxies.length === 1 || undefined)
  })
})

interface Status {
  readonly ok: boolean
  readonly problems: readonly string[]
  readonly proxies: readonly {
    readonly id: string
    readonly state: string
    readonly policy: { readonly revision: string; readonly since: string }
  }[]
}

async function status(proxy: LiveProxy, ...words: readonly string[]): Promise<{ readonly code: number } & Status> {
  const admin = await adminOf(proxy)
  const args = ['fleet', 'status', '--admin', admin, '--format', 'json', ...words]
  const { code, stdout } = await inside(args, { env: { IAP_ADMIN_TOKEN: ADMIN_TOKEN } })
  return { code: code ?? -1, ...(JSON.parse(stdout) as Status) }
}

async function adminOf({ running }: LiveProxy): Promise<string> {
  const [, admin = ''] = await running.line(/health and metrics on (http\S+)/)
  return admin
}

/** Real proxies with one worker each, that poll their bundle each second. */
async function startProxies(): Promise<readonly LiveProxy[]> {
  const all: LiveProxy[] = []
  for (let i = 0; i < REAL; i++) {
    const more = `fleet: { redis: "${redis.url}", prefix: "f:", id: { env: FLEET_ID } }\nlimits: { store: "${redis.url}" }`
    all.push(await live.start({ workers: 1, more }, { env: { ...process.env, FLEET_ID: `real-${i}` } }))
  }
  return all
}

test.skipIf(!installed)(
  `${REAL} proxies and ${SIMULATED} simulated ones: a new revision is seen everywhere, and Redis may die`,
  async () => {
    const proxies = await startProxies()
    const [first, last] = [proxies[0] as LiveProxy, proxies.at(-1) as LiveProxy]
    const whole = REAL + SIMULATED
    const { proxies: before } = await status(first, '--least', String(REAL))
    const revision = before[0]?.policy.revision ?? ''
    const simulated = Array.from({ length: SIMULATED }, (_, i) =>
      simulate(`simulated-${i}`, 'f:', { ...state(1), policy: { revision, sequence: 1, since: 1_700_000_000_000 } }),
    )
    const least = ['--least', String(whole), '--timeout', '1m']
    expect(await status(last, '--wait', revision, ...least)).toMatchObject({ code: 0, ok: true, problems: [] })
    const answer = await callAdmin(await adminOf(first), 'GET', '/v1/fleet')
    expect(misfit('GET', '/v1/fleet', answer)).toBeNull()
    expect(JSON.stringify(answer.body)).not.toContain(redis.url)

    const rows: (readonly [string, string])[] = []
    let turn = 0
    const load = startLoad({ port: () => (proxies[turn++ % REAL] as LiveProxy).port, keepers: 2, openers: 1 })
    let seen = load.seen.byOutcome
    const row = (event: string) => {
      const now = load.seen.byOutcome
      const more = Object.entries(now).map(([outcome, count]) => `${count - (seen[outcome] ?? 0)} × ${outcome}`)
      rows.push([event, more.join(', ')])
      seen = now
    }
    await load.more(50)
    row('before')

    await live.release(livePolicy(['staff', 'guests']), 2)
    const begun = performance.now()
    // Simulated proxies take the policy when a real one has it.
    const next = await eventually(async () => {
      const { proxies: now } = await status(first)
      return now.find(({ policy }) => policy.revision !== revision)?.policy.revision
    })
    for (const each of simulated) each.state = { ...each.state, policy: { revision: next, sequence: 2, since: Date.now() } }
    expect(await status(last, '--wait', next, ...least)).toMatchObject({ code: 0, problems: [] })
    const took = Math.round(performance.now() - begun)
    const { proxies: served } = await callAdmin(await adminOf(first), 'GET', '/v1/fleet').then(({ body }) => body as Status)
    const real = served.filter(({ id }) => id.startsWith('real-'))
    const seenAfter = Date.now() - Math.max(...real.map(({ policy }) => Date.parse(policy.since)))
    await load.more(50)
    // The proxies of a test share a machine, so how long they take to activate a policy says little: both times are printed.
    row(`a new revision, seen everywhere after ${took} ms, ${seenAfter} ms after the last activation (load ${loadavg()[0]})`)
    expect(await first.running.metric('iap_fleet_proxies{state="current"}')).toBe(whole)
    expect(await first.running.metric('iap_fleet_configurations')).toBe(REAL + 1)

    // One that lags is named.
    const [late] = simulated
    if (late) late.state = { ...late.state, policy: { revision, sequence: 1, since: 1_700_000_000_000 } }
    const lagging = await eventually(async () => {
      const now = await status(first)
      return now.code === 1 ? now : undefined
    })
    expect(lagging.problems).toEqual([`1 of ${whole} proxies serve an older policy: simulated-0`])
    if (late) late.state = { ...late.state, policy: { revision: next, sequence: 2, since: Date.now() } }
    row('one lags')

    await redis.stop()
    expect(await status(first)).toMatchObject({ code: 1, problems: ['the Redis of the fleet does not respond'], proxies: [] })
    expect(await first.running.metric('iap_fleet_available')).toBe(0)
    await load.more(50)
    row('Redis killed')
    await redis.start()
    expect(await status(first, '--wait', next, ...least)).toMatchObject({ code: 0, problems: [] })
    await load.more(50)
    row('Redis back')
    if (FULL) {
      redis.freeze()
      await load.more(50)
      expect(await status(first)).toMatchObject({ code: 1, problems: ['the Redis of the fleet does not respond'] })
      redis.thaw()
      row('Redis frozen')
      expect(await status(last, '--wait', next, ...least)).toMatchObject({ code: 0 })
    }
    const { failed } = await load.stop()
    console.log(['what callers saw:', ...rows.map(([event, outcomes]) => `  ${event}: ${outcomes}`)].join('\n'))
    expect(failed).toBe(0)

    // One that ends removes its report.
    last.running.child.kill('SIGTERM')
    expect(await last.running.ended).toBe(0)
    const rest = await status(first, '--least', String(whole))
    expect(rest.problems).toEqual([`${whole - 1} of ${whole} expected proxies report`])
    for (const { running } of proxies.slice(0, -1)) running.child.kill('SIGTERM')
    for (const { running } of proxies) expect(await running.ended).toBe(0)
  },
  600_000, // The full size takes longer than the default time-out.
)

test('a proxy without a fleet, and arguments that mean nothing', async () => {
  const app = await startTestProxy(['http://127.0.0.1:1'], { adminMore: adminYaml, files: adminFiles })
  onTestFinished(() => app.close())
  const run = (...words: string[]) =>
    inside(['fleet', 'status', '--admin', app.admin, ...words], { env: { IAP_ADMIN_TOKEN: ADMIN_TOKEN } })
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('the proxy belongs to no fleet') })
  expect((await run('--wait', 'abc')).stderr).toContain('`--wait` must be a revision such as `sha256:…`')
  expect((await run('--timeout', '5s')).stderr).toContain('`--timeout` needs `--wait`')
  expect((await run('--wait', `sha256:${'a'.repeat(64)}`, '--timeout', '5')).stderr).toContain('`--timeout` must be a duration')
})
