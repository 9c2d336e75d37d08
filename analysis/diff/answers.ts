import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'

/** Function that evaluates a request against one policy and returns the decision, as `iap eval` does. */
export type Ask = (request: EvalRequest) => EvalAnswer

/**
 * How a second decision differs from a first: it permits what the first refuses (`more`), the reverse (`less`), or in other
 * details.
 */
export type Direction = 'more' | 'less' | 'other'

/**
 * Returns how the decision of the newer policy differs from that of the older one. Returns null if they agree, or if one policy
 * cannot evaluate the request.
 */
export function directionOf(before: EvalAnswer, after: EvalAnswer): Direction | null {
  if (before.code === NO_QUESTION || after.code === NO_QUESTION) return null
  const [permitted, permits] = [before.effect === 'permit', after.effect === 'permit']
  if (permitted !== permits) return permits ? 'more' : 'less'
  return textOf(before) === textOf(after) ? null : 'other'
}

const NO_QUESTION = 'bad-eval-request'

/** Returns a text that is equal for equal decisions (`spec/language/decision.md`), whichever rules the limits come from. */
function textOf({ effect, status, code, reason, challenge, obligations: { headers, limits } }: EvalAnswer): string {
  const counted = limits.map(({ count, per, key }) => JSON.stringify([count, per, key])).sort()
  return JSON.stringify([effect, status, code, reason, challenge, Object.entries(headers).sort(), counted])
}

/** Returns a decision on one line, in the words of a test's `expect`. */
export function answerText({
  effect,
  rules,
  reason,
  code,
  status,
  obligations: { headers, limits },
  challenge,
}: EvalAnswer): string {
  const by = rules.length > 0 ? ` by ${rules.join(', ')}` : ''
  if (effect === 'reject') return `reject ${status} (${code})`
  if (effect === 'permit') return [`permit${by}`, ...limits.map(limitText), ...Object.entries(headers).map(headerText)].join(', ')
  if (effect === 'challenge') {
    const demands = (challenge ?? []).map(({ what, values, within }) =>
      [what, ...values, ...(within === null ? [] : [`within ${within / 1000}s`])].join(' '),
    )
    return `challenge${by} for ${demands.join(', ')}`
  }
  const why = reason === null || rules.length > 0 ? JSON.stringify(reason) : reason
  return `${effect}${by}${reason === null ? '' : ` (${why})`}`
}

function limitText({ count, per, key }: EvalAnswer['obligations']['limits'][number]): string {
  return `at most ${count} in ${per / 1000}s${key === null ? '' : ` by ${JSON.stringify(key)}`}`
}

function headerText([name, value]: readonly [string, string]): string {
  return `with ${name}: ${JSON.stringify(value)}`
}
