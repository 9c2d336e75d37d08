/** What the configuration says of how policies come into force. */
import { describe, expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { DEFAULT_ROLLOUT } from '../../../policy/rollout/rollout-config.ts'
import { loadConfig } from '../load-config.ts'

const load = (text: string) =>
  loadConfig(
    `listeners: [{ address: "127.0.0.1:0" }]\nservices: { app: { upstreams: ["http://a"] } }\nrollout: { ${text} }\n`,
    'iap.yaml',
    { dev: true },
  )
const read = (text: string) => {
  const result = load(text)
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  return result.config.rollout
}

test('what holds where nothing is said', () => {
  expect(read('')).toEqual(DEFAULT_ROLLOUT)
  expect(read('rollback: {}')).toEqual(DEFAULT_ROLLOUT)
})

test('everything, read', () => {
  const steps = '[{ shadow: 1s }, { percent: 0.01, for: 5m }, { percent: 12.5, for: 30d }, { percent: 100, for: 1h }]'
  const rollback = '{ newlyPermitted: 0%, newlyDenied: 1.25%, other: 100%, refusals: 0.5%, failed: 3, after: 1 }'
  const order = '[{ labels: [public, open] }, { services: [app], labels: [internal] }]'
  expect(read(`steps: ${steps}, order: ${order}, promote: asked, requests: 7, rollback: ${rollback}`)).toEqual({
    steps: [
      { parts: 0, time: 1000 },
      { parts: 1, time: 300_000 },
      { parts: 1250, time: 30 * 86_400_000 },
      { parts: 10_000, time: 3_600_000 },
    ],
    order: [
      { labels: ['public', 'open'], services: [] },
      { labels: ['internal'], services: ['app'] },
    ],
    promote: 'asked',
    requests: 7,
    rollback: { newlyPermitted: 0, newlyDenied: 125, other: 10_000, refusals: 50, failed: 3, after: 1 },
  })
})

describe('mistakes', () => {
  const SHAPE = 'a step of `rollout.steps` must be `{ shadow: 10m }`, or have `percent` and `for`'
  test.each([
    ['steps: []', '`rollout.steps` is empty: expected a list such as `[{ shadow: 10m }, { percent: 10, for: 10m }]`'],
    ['steps: [{}]', '`rollout.steps[0]` is empty: expected an object such as `{ shadow: 10m }` or `{ percent: 10, for: 10m }`'],
    [
      'steps: [{ percent: 1, for: 10m }]',
      'the first of `rollout.steps` must be `{ shadow: … }`: a candidate must be compared before it decides',
    ],
    ['steps: [{ shadow: 1m }, { shadow: 1m }]', 'only the first of `rollout.steps` may be `{ shadow: … }`'],
    ['steps: [{ shadow: 1m }, { percent: 5 }]', 'a step with `percent` needs `for`, its duration'],
    ['steps: [{ shadow: 1m, for: 1m }]', SHAPE],
    ['steps: [{ shadow: 1m }, { for: 1m }]', SHAPE],
    ['steps: [{ shadow: 1m }, { percent: 0, for: 1m }]', '`rollout.steps[1].percent` must be a number from 0.01 to 100, not `0`'],
    [
      'steps: [{ shadow: 1m }, { percent: 101, for: 1m }]',
      '`rollout.steps[1].percent` must be a number from 0.01 to 100, not `101`',
    ],
    ['steps: [{ shadow: 1ms }]', '`rollout.steps[0].shadow` must be at least `1s`, got `1ms`'],
    ['steps: [{ shadow: 1m }, { percent: 1, for: 31d }]', '`rollout.steps[1].for` must be at most `30d`, got `31d`'],
    [
      'steps: [{ shadow: 1m }, { percent: 5, for: 1m }, { percent: 5, for: 1m }]',
      'each of `rollout.steps` must have a greater `percent` than the previous one',
    ],
    ['order: [{ labels: [public] }]', '`rollout.order` needs `rollout.steps` with a `percent`'],
    ['steps: [{ shadow: 1m }], order: [{ labels: [public] }]', '`rollout.order` needs `rollout.steps` with a `percent`'],
    [
      'steps: [{ shadow: 1m }, { percent: 5, for: 1m }], order: [{ services: [apps] }]',
      'the configuration has no service `apps`: did you mean `app`?',
    ],
    ['promote: never', '`rollout.promote` must be `by-itself` or `asked`, not `never`'],
    ['requests: 0', '`rollout.requests` must be a whole number from 1 to 1000000000, not `0`'],
    ['rollback: { newlyPermitted: 1 }', '`rollout.rollback.newlyPermitted` must be a share from `0%` to `100%`, not `1`'],
    ['rollback: { newlyDenied: 100.5% }', '`rollout.rollback.newlyDenied` must be a share from `0%` to `100%`, not `100.5%`'],
    ['rollback: { failed: -1 }', '`rollout.rollback.failed` must be a whole number from 0 to 1000000000, not `-1`'],
    ['rollback: { newlyPermited: 1% }', 'unknown key `newlyPermited` in `rollout.rollback`: did you mean `newlyPermitted`?'],
    ['rollback: { gains: 1% }', 'unknown key `gains` in `rollout.rollback`: it was renamed to `newlyPermitted`'],
    ['rollback: { loses: 1% }', 'unknown key `loses` in `rollout.rollback`: it was renamed to `newlyDenied`'],
    ['constructor: 1', expect.stringMatching(/^unknown key `constructor` in `rollout`: expected one of /)],
    ['goBack: { failed: 1 }', 'unknown key `goBack` in `rollout`: it was renamed to `rollback`'],
  ])('%s', (text, message) => {
    const result = load(text)
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([message])
  })
})
