import { messageOf } from '../../base/errors.ts'
import { limitForClient, type Room, secondsOf, wantedOf } from '../rate-limits/index.ts'
import { refusalOf } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/**
 * Takes one token from each rate limit of the permit, if the limit has a token left. The request is refused only if no limit has
 * one.
 */
export function limitRate(context: RequestContext): StageResult | Promise<StageResult> {
  return context.obligations.limits.length === 0 ? CONTINUE : takeTokens(context as RoutedContext)
}

/** One token suffices (`spec/language/obligations.md`). If the store is unavailable, the configuration says what happens. */
async function takeTokens(context: RoutedContext): Promise<StageResult> {
  const { proxy, obligations, policy } = context
  const { limits } = obligations
  const { buckets, whenUnavailable } = proxy.limiting
  const wanted = limits.map((limit) => wantedOf(limit, policy.namesOf(limit.rule)))
  let rooms: readonly Room[]
  try {
    rooms = await buckets.take(wanted)
  } catch (error) {
    context.detail = `rate limits cannot be evaluated: ${messageOf(error)}`
    for (const { rule } of limits) proxy.metrics.limit(rule, 'unavailable')
    return whenUnavailable === 'pass' ? CONTINUE : refusalOf('limits-unavailable', { headers: [['retry-after', '1']] })
  }
  // An internal error refuses, whatever the configuration says.
  if (rooms.length !== limits.length)
    throw new Error('the rate-limit store returned results for other limits than requested: this is a bug in iap; report it')
  for (const [at, { rule }] of limits.entries()) proxy.metrics.limit(rule, rooms[at]?.taken ? 'taken' : 'empty')
  context.limit = limitForClient(limits, rooms)
  if (rooms.some(({ taken }) => taken)) return CONTINUE
  return refusalOf('rate-limited', { headers: [['retry-after', String(secondsOf(context.limit.wait))]] })
}
