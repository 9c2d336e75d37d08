import type { LimitObligation } from '../../abi/index.ts'
import type { Room } from './buckets.ts'

/** The limit that a client is told, without the rule's name, which is internal. */
export interface ClientLimit extends Pick<LimitObligation, 'count' | 'per'>, Pick<Room, 'left' | 'wait'> {}

/** Returns the limit with most tokens left, as it admits the next request; if none has any, the one refilled first. */
export function limitForClient(limits: readonly LimitObligation[], rooms: readonly Room[]): ClientLimit {
  const all = limits.map(({ count, per }, at): ClientLimit => ({ count, per, ...(rooms[at] as Room) }))
  return all.reduce((best, one) => (one.left > best.left || (one.left === best.left && one.wait < best.wait) ? one : best))
}

/**
 * Returns `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4; name, value, …): quota,
 * window, remaining requests and seconds to the next. Seconds are rounded up, so that clients are never early.
 */
export function rateLimitLines({ count, per, left, wait }: ClientLimit): string[] {
  const name = `"${count}-per-${per % 1000 === 0 ? `${per / 1000}s` : `${per}ms`}"`
  return [
    ...['ratelimit-policy', `${name};q=${integerOf(count)};w=${secondsOf(per)}`],
    ...['ratelimit', `${name};r=${integerOf(left)};t=${secondsOf(wait)}`],
  ]
}

/** Replaces a service's rate limit headers (name, value, …) by the proxy's: clients cannot follow two. */
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
