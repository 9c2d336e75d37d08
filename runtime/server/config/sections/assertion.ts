import type { AssertionConfig } from '../../../identity/assertion/create-assertion-signer.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readDuration, readPath } from './reading.ts'

/**
 * Reads the section `assertion`. The minimum lifetime exceeds the minute for which an assertion is cached, so that it is still
 * valid on arrival.
 */
export function readAssertion({ assertion = {} }: RawConfig, reading: Reading): AssertionConfig {
  const { issuer, lifetime, state, rotation } = assertion
  return {
    issuer: issuer ?? 'iap',
    lifetime: readDuration(lifetime, ['assertion', 'lifetime'], { otherwise: '2m', least: '90s', most: '5m' }, reading),
    state: state === undefined ? null : readPath(state, reading),
    rotation: readDuration(rotation, ['assertion', 'rotation'], { otherwise: '30d', least: '1d', most: '365d' }, reading),
  }
}
