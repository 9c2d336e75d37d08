import { describe, expect, test } from 'vitest'
import { DEFAULT_MFA, type MfaConfig, readAuthentication } from './read-authentication.ts'

const NOW = 1_770_000_000
const read = (claims: object, mfa = DEFAULT_MFA) => readAuthentication({ ...claims }, NOW, 30, mfa)
const nanoseconds = (seconds: number) => BigInt(Math.round(seconds * 1000)) * 1_000_000n

test.each([
  ['a time before', { auth_time: NOW - 300 }, nanoseconds(NOW - 300)],
  ['a time with a fraction', { auth_time: NOW - 0.25 }, nanoseconds(NOW - 0.25)],
  ['a time ahead by less than clocks may differ', { auth_time: NOW + 30 }, nanoseconds(NOW)],
  ['a time ahead by more', { auth_time: NOW + 31 }, nanoseconds(NOW + 31)],
  ['1970', { auth_time: 0 }, 0n],
  ['no time', {}, null],
  ['a text', { auth_time: String(NOW) }, null],
  ['milliseconds by mistake', { auth_time: NOW * 1000 }, null],
  ['a time before 1970', { auth_time: -1 }, null],
  ['no number', { auth_time: Number.NaN }, null],
])('%s', (_, claims, time) => expect(read(claims).time).toBe(time))

test.each([
  [{ acr: 'mfa' }, 'mfa', true],
  [{ amr: ['pwd', 'mfa'] }, null, true],
  [{ acr: 'gold', amr: ['pwd', 'otp'] }, 'gold', false],
  [{ amr: 'mfa' }, null, false],
  [{ amr: { 0: 'mfa' } }, null, false],
  [{ acr: ['mfa'] }, null, false],
  [{}, null, false],
])('%j', (claims, acr, mfa) => expect(read(claims)).toMatchObject({ acr, mfa }))

/** What the configuration says counts in place of `mfa`, and not beside it. */
describe.each<{ mfa: MfaConfig; counts: object[]; not: object[] }>([
  {
    mfa: { amr: ['otp', 'hwk'], acr: ['urn:shop:mfa'] },
    counts: [{ amr: ['pwd', 'otp'] }, { amr: ['hwk'] }, { acr: 'urn:shop:mfa' }, { acr: 'urn:shop:mfa', amr: 'otp' }],
    not: [
      { amr: ['mfa'] },
      { acr: 'mfa' },
      { acr: 'otp' },
      { amr: ['urn:shop:mfa'] },
      { acr: 'urn:shop:MFA' },
      { amr: [['otp']] },
    ],
  },
  {
    mfa: { amr: [], acr: ['gold', 'silver'] },
    counts: [{ acr: 'silver' }],
    not: [{ amr: ['mfa', 'gold'] }, { acr: 'mfa' }, { acr: ['gold'] }, { acr: 'gold silver' }, { amr: [undefined] }],
  },
  {
    mfa: { amr: ['otp'], acr: [] },
    counts: [{ acr: 'mfa', amr: ['otp'] }],
    not: [{ acr: 'otp' }, { amr: 'otp' }, {}, { acr: '' }],
  },
])('$mfa', ({ mfa, counts, not }) => {
  test.each(counts)('%j', (claims) => expect(read(claims, mfa).mfa).toBe(true))
  test.each(not)('not %j', (claims) => expect(read(claims, mfa).mfa).toBe(false))
})
