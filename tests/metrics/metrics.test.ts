/** What `/metrics` says: in its format, by the names of OpenTelemetry, as the page has it, and of two workers and their supervisor as of one. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Live, type LiveProxy, livePolicy, openLive } from '../live/start-live.ts'
import { type Family, readExposition, type Sample } from '../support/exposition.ts'
import { eventually } from '../support/until.ts'
import { documentedMetrics } from './documented-metrics.ts'

const hasPromtool = isInstalled()
// The gate has it, and must not pass without it.
if (!hasPromtool && process.env.CI) throw new Error('promtool is not installed')

function isInstalled(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let live: Live
beforeAll(async () => {
  live = await openLive()
})
afterAll(() => live?.close())

/** Of one text. */
class Told {
  readonly families: readonly Family[]

  constructor(text: string) {
    this.families = readExposition(text)
  }

  samples(name: string): readonly Sample[] {
    return this.families.flatMap((family) => family.samples).filter((sample) => sample.name === name)
  }

  /** The sum of those that have these labels. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples(name)
      .filter((sample) => Object.entries(labels).every(([label, of]) => sample.labels[label] === of))
      .reduce((sum, sample) => sum + sample.value, 0)
  }
}

/** With a little of everything. */
async function start(): Promise<LiveProxy> {
  const proxy = await live.start({ workers: 2 })
  await proxy.api('PUT', '/v1/data/listed', ['ann'])
  for (let i = 0; i < 10; i++) await proxy.get('/open/x')
  await proxy.get('/users/x', live.bearer())
  await proxy.get('/users/x', live.bearer({ groups: [] }))
  await proxy.get('/users/x')
  await proxy.get('/users/x', 'Bearer nonsense')
  await proxy.get('/nowhere')
  // A request is counted when its answer has gone out.
  await eventually(
    async () => new Told((await proxy.running.admin('/metrics')).body).value('iap_requests_total') === 15 || undefined,
  )
  return proxy
}

test('two workers and their supervisor are one, in the format, by the page and by the semantic conventions', async () => {
  const { running, api } = await start()
  const { body } = await running.admin('/metrics')
  const told = new Told(body)
  pageHasAll(told)
  conventionsHaveAll(told)
  requestsAreCounted(told)
  expect([told.value('iap_ready'), told.value('iap_workers')]).toEqual([1, 2])
  expect([told.value('iap_policy_stale'), told.value('iap_policy_suspended'), told.value('iap_policy_failing')]).toEqual([
    0, 0, 0,
  ])
  expect(told.value('iap_policy_confirmed_seconds')).toBeGreaterThan(Date.now() / 1000 - 3600)
  expect(told.value('iap_data_active_since_seconds', { name: 'listed' })).toBeGreaterThan(Date.now() / 1000 - 3600)
  expect(told.value('iap_data_failing', { name: 'listed' })).toBe(0)
  expect(told.value('target_info')).toBe(1)
  expect(told.value('process_cpu_time_seconds_total')).toBeCloseTo(told.value('process_cpu_seconds_total'), 0)
  const [, origin = ''] = await running.line(/health and metrics on (http\S+)/)
  const { headers } = await fetch(`${origin}/metrics`)
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  if (hasPromtool) {
    const said = execFileSync('promtool', ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    expect(said).toBe('')
  }

  // What is refused is seen, and so is that it is good again.
  expect((await api('PUT', '/v1/data/listed', { not: 'a set' })).status).toBe(422)
  expect(await running.metric('iap_data_failing{name="listed"}')).toBe(1)
  writeFileSync(join(live.stage.folder, 'next.iapb'), 'no bundle')
  live.publish()
  await eventually(async () => (await running.metric('iap_policy_failing')) === 1 || undefined)
  expect(await running.metric('iap_ready')).toBe(1)
  await live.release(livePolicy(['staff']), 5)
  await eventually(async () => (await running.metric('iap_policy_failing')) === 0 || undefined)
})

function pageHasAll({ families }: Told): void {
  const documented = documentedMetrics()
  expect(families.map(({ name, type }) => `${name} ${type}`).sort()).toEqual(
    [...documented].map(([name, { type }]) => `${name} ${type}`).sort(),
  )
  for (const { name, samples } of families)
    for (const { labels } of samples)
      for (const label of Object.keys(labels).filter((one) => one !== 'le'))
        expect(documented.get(name)?.labels, name).toContain(label)
}

/** The names that Prometheus has for every process, and what its own rules for OpenTelemetry name. */
const PROMETHEUS = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds', 'target_info']

function conventionsHaveAll({ families }: Told): void {
  const known = (prefix: string) =>
    Object.entries(conventions).flatMap(([key, name]) =>
      key.startsWith(prefix) && typeof name === 'string' ? [name.replaceAll('.', '_')] : [],
    )
  const metrics = new Set(known('METRIC_'))
  const attributes = new Set(known('ATTR_'))
  const theirs = families.map(({ name }) => name).filter((name) => !name.startsWith('iap_') && !PROMETHEUS.includes(name))
  expect(theirs.length).toBeGreaterThan(8)
  const withoutUnit = theirs.map((name) => name.replace(/_total$/, '').replace(/_(?:seconds|bytes)$/, ''))
  expect(withoutUnit.filter((name) => !metrics.has(name))).toEqual([])
  const labels = [...theirs, 'target_info'].flatMap((name) => documentedMetrics().get(name)?.labels ?? [])
  expect(labels.filter((label) => !attributes.has(label) && !label.startsWith('iap_'))).toEqual([])
}

function requestsAreCounted(told: Told): void {
  for (const { labels } of told.samples('http_server_request_duration_seconds_count'))
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(['http_request_method', 'url_scheme']))
  const open = { http_request_method: 'GET', http_response_status_code: '200', http_route: '/open/{rest...}', url_scheme: 'http' }
  expect(told.value('http_server_request_duration_seconds_count', { ...open, iap_route: 'app.open', iap_effect: 'permit' })).toBe(
    10,
  )
  const { port } = new URL(live.upstream.origin)
  const asked = { http_request_method: 'GET', http_response_status_code: '200', server_address: '127.0.0.1', server_port: port }
  expect(told.value('http_client_request_duration_seconds_count', { ...asked, iap_service: 'app' })).toBe(11)
  expect([told.value('http_client_active_requests'), told.value('http_server_active_requests')]).toEqual([0, 0])
  const decided = (labels: Readonly<Record<string, string>>) => told.value('iap_decisions_total', labels)
  expect(decided({ route: 'app.open', effect: 'permit', rule: 'open_to_all', reason: '' })).toBe(10)
  expect(decided({ route: 'app.users', effect: 'permit', rule: 'staff_in' })).toBe(1)
  expect(decided({ route: 'app.users', effect: 'deny', rule: '', reason: 'default' })).toBe(1)
  expect(decided({ service: '', route: '', effect: 'deny', reason: 'no-route' })).toBe(1)
  expect(decided({ route: 'app.users', effect: 'unauthenticated' })).toBe(1)
  expect(decided({ route: 'app.users', effect: 'reject', rule: '', reason: 'token-malformed' })).toBe(1)
  expect(decided({})).toBe(told.value('iap_requests_total'))
}

test.skipIf(!hasPromtool)('promtool takes the rules, which say what they should', () => {
  const cwd = 'docs/guides/operations/observability'
  execFileSync('promtool', ['check', 'config', 'prometheus.yaml'], { cwd, stdio: 'pipe' })
  execFileSync('promtool', ['test', 'rules', 'alerts.test.yaml'], { cwd, stdio: 'pipe' })
})

test('the reader of the format is strict', () => {
  const good = '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n'
  expect(readExposition(good)[0]?.samples).toEqual([{ name: 'a_total', labels: { b: 'c' }, value: 1 }])
  for (const bad of [
    good.slice(0, -1),
    good + good,
    good.replace('# HELP a_total x\n', ''),
    good.replaceAll('a_total', 'a'),
    `${good}a_total{b="c"} 2\n`,
    `${good}a_total{b="d"} x\n`,
    `${good}a_total{b="d",b="e"} 1\n`,
    `${good}a_total{b="d"e"} 1\n`,
    `${good}b_total 1\n`,
    '# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    '# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n',
  ])
    expect(() => readExposition(bad), bad).toThrow()
})
