import type { UnmetRequirement } from '../abi/index.ts'
import { CHALLENGE } from '../identity/index.ts'

/**
 * What a client has to ask its authorization server for (RFC 9470, section 3): `acr_values` of which one is enough, `max_age` in
 * seconds. All requirements are to be met; where they name several lists of `acr`, what is in all of them is asked for.
 */
export function stepUpChallenge(unmet: readonly UnmetRequirement[]): string {
  const values = acrValues(unmet)
  const age = maxAge(unmet)
  return [
    `${CHALLENGE}, error="insufficient_user_authentication", error_description="a stronger or fresher authentication is required"`,
    ...(values.length === 0 ? [] : [`acr_values="${values.join(' ')}"`]),
    ...(age === null ? [] : [`max_age="${age}"`]),
  ].join(', ')
}

/** Null: it may be as long ago as it likes. */
export function maxAge(unmet: readonly UnmetRequirement[]): number | null {
  const ages = unmet.flatMap(({ within }) => (within === null ? [] : [Math.floor(within / 1000)]))
  return ages.length === 0 ? null : Math.min(...ages)
}

export function acrValues(unmet: readonly UnmetRequirement[]): readonly string[] {
  const lists = unmet.flatMap(({ what, values }) => (what === 'acr' ? [values] : []))
  // With an `acr` besides, it is `amr` that must say `mfa`, for which RFC 9470 has no words.
  if (lists.length === 0) return unmet.some(({ what }) => what === 'mfa') ? ['mfa'] : []
  const [first = [], ...others] = lists
  const common = first.filter((value) => others.every((list) => list.includes(value)))
  return (common.length > 0 ? common : [...new Set(lists.flat())]).filter((value) => sendable.test(value))
}

/** The list is parted by spaces and stands in a quoted-string (RFC 9110, section 5.6.4). */
const sendable = /^[!#-[\]-~]+$/
