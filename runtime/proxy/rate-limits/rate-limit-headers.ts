import type { LimitObligation } from '../../abi/index.ts'
import type { Room } from './index.ts'

/** What a client is told of its limit. Not whose it is: names of rules are the policy's own. */
export interface ClientLimit extends Pick<LimitObligation, 'count' | 'per'>, Pick<Room, 'left' | 'wait'> {}

/** Returns the limit with most room, as it lets the next request pass; if none has room, the one that has some first. */
export function limitForClient(limits: readonly LimitObligation[], rooms: readonly Room[]): ClientLimit {
  const all = limits.map(({ count, per }, at): ClientLimit => ({ count, per, ...(rooms[at] as Room) }))
  return all.reduce((best, one) => (one.left > best.left || (one.left === best.left && one.wait < best.wait) ? one : best))
}

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4), as name, value, name, value …:
 * how many requests within how many seconds, how many are left, and for how many seconds there will be no more. Whole seconds,
 * rounded up, so that who goes by them is never too early.
 */
export function rateLimitLines({ count, per, left, wait }: ClientLimit): string[] {
  const name = `"${count}-per-${per % 1000 === 0 ? `${per / 1000}s` : `${per}ms`}"`
  return [
    ...['ratelimit-policy', `${name};q=${integerOf(count)};w=${secondsOf(per)}`],
    ...['ratelimit', `${name};r=${integerOf(left)};t=${secondsOf(wait)}`],
  ]
}

/**
 * Of an answer of the service (name, value, name, value …), with ours in place of its own: it is the whole that a client must go
 * by, and two of different drafts are none.
 */
export function withRateLimit(headers: readonly string[], limit: ClientLimit): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!/^ratelimit(?:-policy)?$/i.test(name)) kept.push(name, headers[i + 1] as string)
  }
  return [...kept, ...rateLimitLines(limit)]
}

export function secondsOf(milliseconds: number): number {
  return integerOf(Math.ceil(milliseconds / 1000))
}

/** RFC 9651, section 3.3.1: an Integer has at most 15 digits. */
function integerOf(value: number): number {
  return Math.min(value, 999_999_999_999_999)
}
