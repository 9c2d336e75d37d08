import type { LimitObligation } from '../../abi/index.ts'
import type { Room } from './buckets.ts'

/** The rate limit that a client is informed about, without the rule's name, which is internal. */
export interface ClientLimit extends Pick<LimitObligation, 'count' | 'per'>, Pick<Room, 'left' | 'wait'> {}

/**
 * Returns the rate limit that the client is informed about: the one with the most tokens left, because it will admit the next
 * request. If none has tokens left, returns the one that gets its next token first.
 */
export function limitForClient(limits: readonly LimitObligation[], rooms: readonly Room[]): ClientLimit {
  const all = limits.map(({ count, per }, at): ClientLimit => ({ count, per, ...(rooms[at] as Room) }))
  return all.reduce((best, one) => (one.left > best.left || (one.left === best.left && one.wait < best.wait) ? one : best))
}

/**
 * Returns the headers `RateLimit-Policy` and `RateLimit` as a flat list of names and values
 * (draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4). They state the quota, its window, the remaining requests and the
 * seconds until the next. Seconds are rounded up, so that clients are never too early.
 */
export function rateLimitLines({ count, per, left, wait }: ClientLimit): string[] {
  const name = `"${count}-per-${per % 1000 === 0 ? `${per / 1000}s` : `${per}ms`}"`
  return [
    ...['ratelimit-policy', `${name};q=${integerOf(count)};w=${secondsOf(per)}`],
    ...['ratelimit', `${name};r=${integerOf(left)};t=${secondsOf(wait)}`],
  ]
}

/**
 * Returns a service's response headers with its rate limit headers replaced by the proxy's, because clients cannot follow two
 * limits.
 *
 * @param headers flat list of names and values
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
