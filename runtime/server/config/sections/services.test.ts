/** What the configuration says of the addresses of a service, and of how requests come to them. */
import { describe, expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

describe('how requests come to a service', () => {
  const service = (text: string) =>
    loadConfig(`listeners: [{ address: "127.0.0.1:0" }]\nservices:\n  app: { upstreams: ["http://a"], ${text} }\n`, 'iap.yaml', {
      dev: true,
    })
  const read = (text: string) => {
    const result = service(text)
    if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
    return result.config.services.app
  }

  test('everything', () => {
    expect(
      read(`protocol: http2, balance: subject, timeouts: { connect: 1s, firstByte: 20s, idle: 2m, total: 1h },
        health: { path: "/healthz?deep", interval: 5s, timeout: 1s, healthy: 1, unhealthy: 4 },
        eject: { failures: 0, time: 1m }, panic: false, retries: { attempts: 5, budget: 100% },
        limits: { connections: 10, requests: 100 }`),
    ).toEqual({
      upstreams: ['http://a'],
      hosts: null,
      exchange: null,
      origins: [],
      identityHeaders: [],
      cors: null,
      tls: null,
      protocol: 'http2',
      balance: 'subject',
      timeouts: { connect: 1000, firstByte: 20_000, idle: 120_000, total: 3_600_000 },
      health: { path: '/healthz?deep', interval: 5000, timeout: 1000, healthy: 1, unhealthy: 4 },
      eject: { failures: 0, time: 60_000 },
      panic: false,
      retries: { attempts: 5, budget: 1 },
      limits: { connections: 10, requests: 100 },
    })
  })

  test('of what is left out the rest', () => {
    expect(read('health: { path: / }, eject: {}, retries: {}, limits: {}, timeouts: {}')).toMatchObject({
      health: { path: '/', interval: 10_000, timeout: 2000, healthy: 2, unhealthy: 3 },
      eject: { failures: 5, time: 10_000 },
      retries: { attempts: 2, budget: 0.2 },
      limits: { connections: null, requests: null },
      timeouts: { connect: 5000, firstByte: 30_000, idle: 30_000, total: null },
    })
  })

  test.each([
    ['timeout: 1m', { connect: 5000, firstByte: 60_000, idle: 60_000, total: null }],
    ['timeout: 1s', { connect: 1000, firstByte: 1000, idle: 1000, total: null }],
    ['timeout: 1m, timeouts: { idle: 1h }', { connect: 5000, firstByte: 60_000, idle: 3_600_000, total: null }],
    ['timeouts: { firstByte: 2s }', { connect: 2000, firstByte: 2000, idle: 30_000, total: null }],
    ['timeouts: { connect: 10s, firstByte: 2s }', { connect: 10_000, firstByte: 2000, idle: 30_000, total: null }],
    ['timeouts: { total: 10s }', { connect: 5000, firstByte: 10_000, idle: 10_000, total: 10_000 }],
    ['timeout: 5s, timeouts: { total: 5s }', { connect: 5000, firstByte: 5000, idle: 5000, total: 5000 }],
  ])('%s', (text, timeouts) => {
    expect(read(text)?.timeouts).toEqual(timeouts)
  })

  test.each([
    ['balance: random', '`services.app.balance` must be `round-robin`, `least-requests` or `subject`, not `random`'],
    ['timeouts: 30s', '`services.app.timeouts` must be an object with any of `connect`, `firstByte`, `idle`, `total`, not `30s`'],
    ['timeouts: { conect: 1s }', 'unknown key `conect` in `services.app.timeouts`: did you mean `connect`?'],
    ['timeouts: { whole: 1m }', 'unknown key `whole` in `services.app.timeouts`: it was renamed to `total`'],
    ['timeouts: { connect: 2m }', '`services.app.timeouts.connect` must be at most `1m`, got `2m`'],
    ['timeouts: { connect: 0s }', '`services.app.timeouts.connect` must be at least `1ms`, got `0s`'],
    ['timeouts: { firstByte: 2h }', '`services.app.timeouts.firstByte` must be at most `1h`, got `2h`'],
    ['timeouts: { idle: 2d }', '`services.app.timeouts.idle` must be at most `24h`, got `2d`'],
    ['timeouts: { total: 25h }', '`services.app.timeouts.total` must be at most `24h`, got `25h`'],
    [
      'timeout: 1m, timeouts: { firstByte: 1s, idle: 1s }',
      '`services.app.timeout` duplicates `timeouts.firstByte` and `timeouts.idle`: remove it',
    ],
    ['timeout: 1m, timeouts: { total: 10s }', '`services.app.timeout` must not be longer than `timeouts.total`'],
    ['timeouts: { firstByte: 1m, total: 10s }', '`services.app.timeouts.firstByte` must not be longer than `timeouts.total`'],
    ['timeouts: { idle: 1m, total: 10s }', '`services.app.timeouts.idle` must not be longer than `timeouts.total`'],
    ['timeouts: { connect: 11s, total: 10s }', '`services.app.timeouts.connect` must not be longer than `timeouts.total`'],
    ['health: {}', '`services.app.health` lacks `path`: add it'],
    ['health: { path: healthz }', '`services.app.health.path` must be a path such as `/healthz`, not `healthz`'],
    ['health: { path: "/a b" }', '`services.app.health.path` must be a path such as `/healthz`, not `/a b`'],
    ['health: { path: "/a#b" }', '`services.app.health.path` must be a path such as `/healthz`, not `/a#b`'],
    ['health: { path: /, interval: 1ms }', '`services.app.health.interval` must be at least `100ms`, got `1ms`'],
    ['health: { path: /, timeout: 2m }', '`services.app.health.timeout` must be at most `1m`, got `2m`'],
    ['health: { path: /, healthy: 0 }', '`services.app.health.healthy` must be a number of answers from 1 to 100, not `0`'],
    [
      'health: { path: /, unhealthy: 1.5 }',
      '`services.app.health.unhealthy` must be a number of answers from 1 to 100, not `1.5`',
    ],
    ['eject: { failures: -1 }', '`services.app.eject.failures` must be a number of failures from 0 (never) to 1000, not `-1`'],
    ['eject: { time: 2h }', '`services.app.eject.time` must be at most `1h`, got `2h`'],
    ['eject: false', '`services.app.eject` must be an object such as `{ failures: 5, time: 10s }`, not `false`'],
    ['panic: yes', '`services.app.panic` must be `true` or `false`, not `yes`'],
    ['retries: { attempts: 6 }', '`services.app.retries.attempts` must be a number of attempts from 1 to 5, not `6`'],
    ['retries: { budget: 0% }', '`services.app.retries.budget` must be a share from `1%` to `100%`, not `0%`'],
    ['retries: { budget: 0.2 }', '`services.app.retries.budget` must be a share from `1%` to `100%`, not `0.2`'],
    ['limits: { connections: 0 }', '`services.app.limits.connections` must be a number of connections from 1 to 100000, not `0`'],
    ['limits: { body: 1MiB }', 'unknown key `body` in `services.app.limits`: expected one of `connections` and `requests`'],
  ])('%s', (text, message) => {
    const result = service(text)
    expect(result.ok ? [] : result.errors.map(renderConfigError)).toEqual([expect.stringContaining(`iap.yaml:3:`)])
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([message])
  })
})
