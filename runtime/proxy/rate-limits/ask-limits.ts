import { messageOf } from '../../base/errors.ts'
import type { Policy } from '../../policy/index.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'
import { type Room, wantedOf } from './index.ts'
import { limitForClient, secondsOf } from './rate-limit-headers.ts'

/** Takes a token of each limit; one suffices (`spec/language/obligations.md`). `null`: passes. Configurable if unavailable. */
export async function askLimits(context: RequestContext, policy: Policy): Promise<Refusal | null> {
  const { proxy, obligations } = context
  const { limits } = obligations
  const { buckets, whenUnavailable } = proxy.limiting
  const wanted = limits.map((limit) => wantedOf(limit, policy.namesOf(limit.rule)))
  let rooms: readonly Room[]
  try {
    rooms = await buckets.take(wanted)
  } catch (error) {
    context.detail = `limits cannot be counted: ${messageOf(error)}`
    for (const { rule } of limits) proxy.metrics.limit(rule, 'unavailable')
    return whenUnavailable === 'pass' ? null : refusalOf('limits-unavailable', { headers: [['retry-after', '1']] })
  }
  // An internal error refuses, whatever the configuration says.
  if (rooms.length !== limits.length) throw new Error('limits were counted otherwise than was asked')
  for (const [at, { rule }] of limits.entries()) proxy.metrics.limit(rule, rooms[at]?.taken ? 'taken' : 'empty')
  context.limit = limitForClient(limits, rooms)
  if (rooms.some(({ taken }) => taken)) return null
  return refusalOf('rate-limited', { headers: [['retry-after', String(secondsOf(context.limit.wait))]] })
}
