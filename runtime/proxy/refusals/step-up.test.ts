import { expect, test } from 'vitest'
import type { UnmetRequirement } from '../../abi/index.ts'
import { stepUpChallenge, stepUpOf } from './step-up.ts'

const mfa = (within: number | null = null): UnmetRequirement => ({ what: 'mfa', values: [], within })
const acr = (values: readonly string[], within: number | null = null): UnmetRequirement => ({ what: 'acr', values, within })
const auth = (within: number): UnmetRequirement => ({ what: 'auth', values: [], within })

test.each<[readonly UnmetRequirement[], string]>([
  [[mfa()], 'acr_values="mfa"'],
  [[mfa(600_000)], 'acr_values="mfa", max_age="600"'],
  [[auth(1500)], 'max_age="1"'],
  [[auth(500)], 'max_age="0"'],
  [[acr(['gold', 'silver'])], 'acr_values="gold silver"'],
  [[acr(['gold', 'silver'], 60_000), acr(['bronze', 'silver'])], 'acr_values="silver", max_age="60"'],
  [[acr(['a']), acr(['b'])], 'acr_values="a b"'],
  [[acr(['gold']), auth(3_600_000), mfa(600_000)], 'acr_values="gold", max_age="600"'],
  [[acr(['urn:shop:mfa', 'with space', 'quo"te', 'back\\slash', 'ünï'])], 'acr_values="urn:shop:mfa"'],
  [[acr(['ünï'], 1000)], 'max_age="1"'],
])('%j', (unmet, rest) => {
  expect(stepUpChallenge(unmet, ['mfa'])).toBe(
    `Bearer realm="iap", error="insufficient_user_authentication", error_description="a stronger or fresher authentication is required", ${rest}`,
  )
})

/** What the provider is asked for where the configuration says what several factors are. */
test.each<[readonly string[], readonly UnmetRequirement[], readonly string[]]>([
  [['urn:shop:mfa', 'gold'], [mfa()], ['urn:shop:mfa', 'gold']],
  // Told by `amr` alone: there is nothing to ask for.
  [[], [mfa(60_000)], []],
  // One that does for both requirements.
  [['gold', 'platinum'], [acr(['silver', 'gold']), mfa()], ['gold']],
  [['platinum'], [acr(['silver', 'gold']), mfa()], ['silver', 'gold']],
  [['gold'], [acr(['silver'])], ['silver']],
  [['gold'], [auth(1000)], []],
])('of %j: %j', (values, unmet, asked) => {
  const text = stepUpChallenge(unmet, values)
  expect(/acr_values="([^"]*)"/.exec(text)?.[1]?.split(' ') ?? []).toEqual(asked)
  const stepUp = stepUpOf(unmet, values)
  expect(stepUp).toMatchObject({ ask: asked, mfa: unmet.some(({ what }) => what === 'mfa') })
  expect(stepUp.acr).toEqual(unmet.filter(({ what }) => what === 'acr').map(({ values: list }) => list))
})
