import type { AssertionConfig } from '../../../identity/assertion/create-assertion-signer.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readDuration, readPath } from './reading.ts'

/** An assertion is cached for up to a minute and must be valid on arrival, so it lives longer. */
export function readAssertion({ assertion = {} }: RawConfig, reading: Reading): AssertionConfig {
  const { issuer, lifetime, state, rotation } = assertion
  return {
    issuer: issuer ?? 'iap',
    lifetime: readDuration(lifetime, ['assertion', 'lifetime'], { otherwise: '2m', least: '90s', most: '5m' }, reading),
    state: state === undefined ? null : readPath(state, reading),
    rotation: readDuration(rotation, ['assertion', 'rotation'], { otherwise: '30d', least: '1d', most: '365d' }, reading),
  }
}
