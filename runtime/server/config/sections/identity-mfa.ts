import type { ConfigPath } from '../../../base/config-error.ts'
import { DEFAULT_MFA, type MfaConfig } from '../../../identity/token/read-authentication.ts'
import type { RawIdentity } from '../raw-config.ts'
import { checkTwice, items, type Reading } from './reading.ts'

/**
 * Reads the section `mfa` of an identity. If the section is present, it replaces the defaults as a whole: an omitted list is
 * empty.
 */
export function readMfa({ mfa }: RawIdentity, path: ConfigPath, reading: Reading): MfaConfig {
  if (mfa === undefined) return DEFAULT_MFA
  const amr = items(mfa.amr, [...path, 'mfa', 'amr'])
  const acr = items(mfa.acr, [...path, 'mfa', 'acr'])
  checkTwice(amr, reading)
  checkTwice(acr, reading)
  return { amr: amr.map(([text]) => text), acr: acr.map(([text]) => text) }
}
