import type { UnmetRequirement } from '../../abi/index.ts'
import { CHALLENGE, type StepUp } from '../../identity/index.ts'

/**
 * What a client has to ask its authorization server for (RFC 9470, section 3): `acr_values` of which one is enough, `max_age` in
 * seconds. All requirements are to be met; where they name several lists of `acr`, what is in all of them is asked for.
 *
 * @param mfa values of `acr` that say that it took several factors
 */
export function stepUpChallenge(unmet: readonly UnmetRequirement[], mfa: readonly string[]): string {
  const values = acrValues(unmet, mfa)
  const age = maxAge(unmet)
  return [
    `${CHALLENGE}, error="insufficient_user_authentication", ` +
      `error_description="a stronger or fresher authentication is required"`,
    ...(values.length === 0 ? [] : [`acr_values="${values.join(' ')}"`]),
    ...(age === null ? [] : [`max_age="${age}"`]),
  ].join(', ')
}

/** Null: it may be as long ago as it likes. */
function maxAge(unmet: readonly UnmetRequirement[]): number | null {
  const ages = unmet.flatMap(({ within }) => (within === null ? [] : [Math.floor(within / 1000)]))
  return ages.length === 0 ? null : Math.min(...ages)
}

function acrValues(unmet: readonly UnmetRequirement[], mfa: readonly string[]): readonly string[] {
  const lists = acrLists(unmet)
  const factors = unmet.some(({ what }) => what === 'mfa') ? mfa : []
  if (lists.length === 0) return factors
  const common = inAll(lists)
  const both = common.filter((value) => factors.includes(value))
  // Where no `acr` does for both, it is `amr` that must tell of the factors, for which RFC 9470 has no words.
  const asked = both.length > 0 ? both : common.length > 0 ? common : [...new Set(lists.flat())]
  return asked.filter((value) => sendable.test(value))
}

/** What a browser is sent to the provider for, and what that must have done then. */
export function stepUpOf(unmet: readonly UnmetRequirement[], mfa: readonly string[]): StepUp {
  return {
    maxAge: maxAge(unmet),
    ask: acrValues(unmet, mfa),
    acr: acrLists(unmet),
    mfa: unmet.some(({ what }) => what === 'mfa'),
  }
}

function acrLists(unmet: readonly UnmetRequirement[]): readonly (readonly string[])[] {
  return unmet.flatMap(({ what, values }) => (what === 'acr' ? [values] : []))
}

function inAll([first = [], ...others]: readonly (readonly string[])[]): readonly string[] {
  return first.filter((value) => others.every((list) => list.includes(value)))
}

/** The list is parted by spaces and stands in a quoted-string (RFC 9110, section 5.6.4). */
const sendable = /^[!#-[\]-~]+$/
