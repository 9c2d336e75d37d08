import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PolicyStatus } from '../../policy/index.ts'
import { watchAge } from './watch-age.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const NOTHING = { stale: false, expires: null, expired: false, suspended: null }
let status: Pick<PolicyStatus, 'stale' | 'expires' | 'expired' | 'suspended'>
let said: string[]
let end: () => void

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2027, 0, 1) })
  status = NOTHING
  said = []
})
afterEach(() => {
  end()
  vi.useRealTimers()
})

function watch(): void {
  const say =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void said.push(`${level} ${message}${JSON.stringify(fields)}`)
  const log = { info: say('info'), warn: say('warn'), error: say('error') }
  const store = {
    get status() {
      return status as PolicyStatus
    },
  }
  end = watchAge(store, { suspend: (isSuspended) => void said.push(`suspend ${isSuspended}`) }, { log, clock: Date.now })
}

/** What was said meanwhile. */
function after(ms: number): readonly string[] {
  vi.advanceTimersByTime(ms)
  return said.splice(0)
}

it('says nothing of a policy without an end', () => {
  watch()
  expect(after(30 * DAY)).toEqual([])
})

it('says ahead that the end comes, each time once, and closes at the end', () => {
  const expires = Date.now() + 8 * DAY
  status = { ...NOTHING, expires }
  watch()
  const time = '{"expires":"2027-01-09T00:00:00.000Z"}'
  expect(after(23 * HOUR)).toEqual([])
  expect(after(HOUR)).toEqual([`warn the policy expires within a week${time}`])
  expect(after(6 * DAY)).toEqual([`warn the policy expires within a day${time}`])
  expect(after(23 * HOUR)).toEqual([`warn the policy expires within an hour${time}`])
  expect(after(HOUR - 2000)).toEqual([])
  status = { ...status, expired: true, suspended: 'expired' }
  expect(after(1000)).toEqual([`error the policy has expired, and all requests are refused${time}`, 'suspend true'])
  expect(after(HOUR)).toEqual([])
  status = { ...NOTHING, expires: Date.now() + 30 * DAY }
  expect(after(1000)).toEqual(['info the policy is not expired{}', 'suspend false'])
})

it('says the nearest alone where it begins late, and at once where that is the end', () => {
  status = { ...NOTHING, expires: Date.now() + 30 * 60_000 }
  watch()
  expect(after(0)).toEqual([expect.stringMatching(/^warn the policy expires within an hour/)])
  // Another one, which ends in a day.
  status = { ...NOTHING, expires: Date.now() + DAY }
  expect(after(1000)).toEqual([expect.stringMatching(/^warn the policy expires within a day/)])
  end()
  status = { ...NOTHING, expires: Date.now() - 1, expired: true }
  watch()
  expect(after(0)).toEqual([expect.stringMatching(/^error the policy has expired\{/)])
})

it('closes once for two reasons, and opens when both are over', () => {
  watch()
  status = { ...NOTHING, stale: true, suspended: 'stale' }
  expect(after(1000)).toEqual([
    'error the policy is stale: its source has been unavailable for too long, and all requests are refused{}',
    'suspend true',
  ])
  status = { ...status, expires: 1, expired: true, suspended: 'expired' }
  expect(after(1000)).toEqual([expect.stringMatching(/^error the policy has expired, and all requests are refused/)])
  status = { ...status, stale: false }
  expect(after(1000)).toEqual(['info the source of the policy is available again: the policy is not stale{}'])
  status = NOTHING
  expect(after(1000)).toEqual(['info the policy is not expired{}', 'suspend false'])
})
