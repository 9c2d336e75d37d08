import type { UnmetRequirement } from '../../abi/index.ts'
import { CHALLENGE, type StepUp } from '../../identity/index.ts'

/**
 * Returns the parameters of a step-up challenge (RFC 9470, section 3): sufficient `acr_values`, and `max_age` in seconds.
 * Because all requirements must be met, `acr_values` contains the values common to all `acr` requirements.
 *
 * @param mfa `acr` values that prove multi-factor authentication
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

/** Returns `null` if any age is accepted. */
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
  // If no `acr` meets both, `amr` must show the factors, which RFC 9470 cannot express.
  const asked = both.length > 0 ? both : common.length > 0 ? common : [...new Set(lists.flat())]
  return asked.filter((value) => sendable.test(value))
}

/** Returns the parameters of a step-up login: what to request from the provider, and what its response must prove. */
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

/** A space-separated list in a quoted-string (RFC 9110, section 5.6.4). */
const sendable = /^[!#-[\]-~]+$/
