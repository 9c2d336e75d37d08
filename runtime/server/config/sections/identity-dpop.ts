import type { DpopConfig } from '../../../identity/dpop/dpop-config.ts'
import type { RawIdentity } from '../raw-config.ts'

/** What is asked of tokens that are bound to a key; nothing more than of others where nothing is said. */
export function readDpop({ dpop }: RawIdentity): DpopConfig {
  return { required: dpop?.required ?? false, nonce: dpop?.nonce ?? false }
}
