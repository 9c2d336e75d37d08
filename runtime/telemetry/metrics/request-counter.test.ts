import { Counter, Histogram, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { readExposition } from '../../../tests/support/exposition.ts'
import type { Outcome } from '../../abi/index.ts'
import type { RouteEntry } from '../../policy/index.ts'
import { HTTP_BOUNDS } from './durations.ts'
import { exposeTallies } from './exposition.ts'
import { type EndedRequest, RequestCounter } from './request-counter.ts'
import { addTallies, lastingTallies, requestsIn } from './tallies.ts'

const socket = {}

function route(name: string, text = name): RouteEntry {
  return { name, service: name.split('.')[0], segments: [{ kind: 'literal', text }], params: [] } as unknown as RouteEntry
}

function outcome(effect: Outcome['effect'], rule: string | null, reason: string | null = null): Outcome {
  return { effect, rule, reason }
}

const PAGE = route('app.page')

interface More extends Partial<EndedRequest> {
  readonly method?: string
  readonly status?: number
  readonly seconds?: number
}

function end(counter: RequestCounter, { method = 'GET', status = 200, seconds = 0.02, ...more }: More = {}): void {
  const metricsKey = counter.begin(method, socket)
  const ended = {
    metricsKey,
    request: null,
    route: PAGE,
    effect: 'permit',
    outcome: outcome('permit', 'all'),
    code: null,
  } as const
  counter.end({ ...ended, ...more }, status, seconds)
}

const lines = (counter: RequestCounter, name: string) =>
  exposeTallies(counter.tallies())
    .split('\n')
    .filter((line) => line.startsWith(name))

test('requests that end alike are one number', () => {
  const counter = new RequestCounter()
  end(counter)
  end(counter)
  end(counter, { status: 502 })
  end(counter, { effect: 'deny', status: 403, outcome: outcome('deny', null, 'default'), code: 'denied' })
  end(counter, { route: null, effect: 'deny', status: 403, outcome: null, code: 'no-route' })
  end(counter, { effect: 'deny', status: 403, outcome: outcome('deny', 'never', 'Because.'), code: 'denied' })
  counter.broken(400, 'request-malformed')
  expect(lines(counter, 'iap_requests_total')).toEqual([
    'iap_requests_total{route="",effect="deny",status="403",code="no-route"} 1',
    'iap_requests_total{route="",effect="reject",status="400",code="request-malformed"} 1',
    'iap_requests_total{route="app.page",effect="permit",status="200"} 2',
    'iap_requests_total{route="app.page",effect="permit",status="502"} 1',
    'iap_requests_total{route="app.page",effect="deny",status="403",code="denied"} 2',
  ])
  expect(lines(counter, 'iap_decisions_total')).toEqual([
    'iap_decisions_total{service="",route="",effect="deny",rule="",reason="no-route"} 1',
    'iap_decisions_total{service="",route="",effect="reject",rule="",reason="request-malformed"} 1',
    'iap_decisions_total{service="app",route="app.page",effect="permit",rule="all",reason=""} 3',
    'iap_decisions_total{service="app",route="app.page",effect="deny",rule="never",reason=""} 1',
    'iap_decisions_total{service="app",route="app.page",effect="deny",rule="",reason="default"} 1',
  ])
  expect(requestsIn(counter.tallies())).toBe(7)
})

test('it is told as the library tells its own', async () => {
  const registry = new Registry()
  const labelNames = ['http_request_method', 'http_response_status_code', 'http_route', 'url_scheme', 'iap_route', 'iap_effect']
  const help = 'Time from the arrival of a request to the end of its response.'
  const name = 'http_server_request_duration_seconds'
  const theirs = new Histogram({ name, help, labelNames, buckets: [...HTTP_BOUNDS], registers: [registry] })
  const counter = new RequestCounter()
  const awkward = route('app.page', 'a"b\\c\nd')
  for (const seconds of [0, 0.001, 0.0011, 0.3, 10, 11]) {
    end(counter, { seconds, route: awkward })
    const labels = { http_route: '/a"b\\c\nd', url_scheme: 'http', iap_route: 'app.page', iap_effect: 'permit' }
    theirs.observe({ http_request_method: 'GET', http_response_status_code: 200, ...labels }, seconds)
  }
  const [mine = ''] = exposeTallies(counter.tallies()).split('\n\n')
  expect(`${mine}\n`).toBe(await registry.metrics())
  const requests = new Counter({ name: 'requests_total', help, labelNames: ['route'], registers: [registry] })
  requests.inc({ route: 'a"b\\c\nd' }, 6)
  expect(await registry.getSingleMetricAsString('requests_total')).toContain('{route="a\\"b\\\\c\\nd"} 6')
  expect(mine).toContain('http_route="/a\\"b\\\\c\\nd"')
})

describe('labels', () => {
  test('methods that nobody knows are one', () => {
    const counter = new RequestCounter()
    for (const method of ['BREW', 'get', 'PROPFIND', '__proto__', 'x'.repeat(100)]) end(counter, { method })
    const methods = counter.tallies().requests.map(({ method }) => method)
    expect(methods).toEqual(['_OTHER'])
  })

  test('a client that has left has no status, and a failure says which', () => {
    const counter = new RequestCounter()
    end(counter, { status: 0, code: 'client-closed' })
    end(counter, { status: 503 })
    end(counter, { status: 503, code: 'upstream-busy' })
    end(counter, { request: { scheme: 'https' } })
    const samples = lines(counter, 'http_server_request_duration_seconds_count')
    expect(samples).toEqual([
      expect.stringMatching(/http_response_status_code="503",.*error_type="503",/),
      expect.stringMatching(/http_response_status_code="200",http_route="\/app.page",url_scheme="https",iap_route=/),
      expect.stringMatching(/\{http_request_method="GET",http_route="\/app.page",url_scheme="http",error_type="client-closed",/),
      expect.stringMatching(/http_response_status_code="503",.*error_type="upstream-busy",/),
    ])
  })

  test('requests that failed with different codes are one series if their labels are equal', () => {
    const counter = new RequestCounter()
    for (const code of ['denied', 'denied', 'cross-site']) end(counter, { status: 403, code })
    expect(lines(counter, 'http_server_request_duration_seconds_count')).toEqual([
      expect.stringMatching(/status_code="403".* 3$/),
    ])
    expect(lines(counter, 'iap_requests_total')).toEqual([
      'iap_requests_total{route="app.page",effect="permit",status="403",code="denied"} 2',
      'iap_requests_total{route="app.page",effect="permit",status="403",code="cross-site"} 1',
    ])
  })

  test('what services are asked', () => {
    const counter = new RequestCounter()
    const asked = counter.begin('POST', socket)
    for (const outcome of [200, 200, 404, 'upstream-timeout']) counter.upstream('app', 'https://10.0.0.1', asked, outcome, 0.01)
    counter.upstream('app', 'http://[::1]:81', asked, 200, 0.01)
    expect(lines(counter, 'http_client_request_duration_seconds_count')).toEqual([
      'http_client_request_duration_seconds_count{http_request_method="POST",http_response_status_code="200",server_address="10.0.0.1",server_port="443",url_scheme="https",iap_service="app"} 2',
      'http_client_request_duration_seconds_count{http_request_method="POST",http_response_status_code="404",server_address="10.0.0.1",server_port="443",url_scheme="https",error_type="404",iap_service="app"} 1',
      'http_client_request_duration_seconds_count{http_request_method="POST",server_address="10.0.0.1",server_port="443",url_scheme="https",error_type="upstream-timeout",iap_service="app"} 1',
      'http_client_request_duration_seconds_count{http_request_method="POST",http_response_status_code="200",server_address="::1",server_port="81",url_scheme="http",iap_service="app"} 1',
    ])
  })
})

test('what is under way is counted by method, and gone when it has ended', () => {
  const counter = new RequestCounter()
  const asked = [counter.begin('GET', socket), counter.begin('GET', socket), counter.begin('PUT', socket)]
  expect(counter.tallies().active).toEqual([
    { method: 'GET', scheme: 'http', count: 2 },
    { method: 'PUT', scheme: 'http', count: 1 },
  ])
  expect(lastingTallies(counter.tallies()).active).toEqual([])
  const ended = { request: null, route: PAGE, effect: 'permit', outcome: null, code: null } as const
  for (const each of asked) counter.end({ ...ended, metricsKey: each }, 200, 0.1)
  expect(counter.tallies().active).toEqual([])
})

test('the next policy goes on counting where the one before has ended, unless the path is another', () => {
  const counter = new RequestCounter()
  end(counter, { route: route('app.page', 'a') })
  end(counter, { route: route('app.page', 'a') })
  end(counter, { route: route('app.page', 'b') })
  expect(
    counter.tallies().requests.map(({ template, durations }) => [template, durations.counts.reduce((a, b) => a + b)]),
  ).toEqual([
    ['/a', 2],
    ['/b', 1],
  ])
  expect(lines(counter, 'iap_requests_total')).toEqual(['iap_requests_total{route="app.page",effect="permit",status="200"} 3'])
})

test('there is an end to how many are told apart, and nothing is lost', () => {
  const counter = new RequestCounter()
  const routes = Array.from({ length: 50 }, (_, at) => route(`app.r${at}`))
  for (const one of routes) for (let status = 200; status < 300; status++) end(counter, { route: one, status })
  for (let at = 0; at < 5000; at++) counter.upstream('app', `http://10.0.0.1:${at}`, 0, 200, 0.01)
  for (let at = 0; at < 3000; at++) end(counter, { route: routes[0] as RouteEntry, outcome: outcome('permit', `rule${at}`) })
  const { requests, upstreams } = counter.tallies()
  expect(requests.length + upstreams.length).toBeLessThan(4010)
  expect(requestsIn(counter.tallies())).toBe(8000)
  expect(upstreams.reduce((sum, { durations }) => sum + durations.counts.reduce((a, b) => a + b), 0)).toBe(5000)
  expect(requests.find(({ route }) => route === '_other')).toMatchObject({ effect: 'permit', method: '_OTHER', status: 0 })
  const [{ rules } = { rules: [] }] = requests.filter(({ route, status }) => route === 'app.r0' && status === 200)
  expect(rules.length).toBe(1001)
  expect(rules.reduce((sum, [, count]) => sum + count, 0)).toBe(3001)
})

test('several processes are one', () => {
  const [a, b] = [new RequestCounter(), new RequestCounter()]
  for (const counter of [a, b, b]) end(counter, { seconds: 0.1 })
  end(b, { outcome: outcome('permit', 'other') })
  a.decision(0.001)
  b.decision(0.002)
  b.begin('GET', socket)
  const sum = addTallies([a.tallies(), b.tallies()])
  expect(sum.requests).toHaveLength(1)
  expect(sum.requests[0]).toMatchObject({
    rules: [
      ['all', 3],
      ['other', 1],
    ],
  })
  expect(sum.active).toEqual([{ method: 'GET', scheme: 'http', count: 1 }])
  const families = readExposition(exposeTallies(sum))
  const of = (name: string) => families.flatMap(({ samples }) => samples).find((sample) => sample.name === name)?.value
  expect([of('http_server_request_duration_seconds_count'), of('iap_decision_duration_seconds_count')]).toEqual([4, 2])
  expect(of('http_server_request_duration_seconds_sum')).toBeCloseTo(0.32)
  // What one of them has is as it was.
  expect(requestsIn(a.tallies())).toBe(1)
})
