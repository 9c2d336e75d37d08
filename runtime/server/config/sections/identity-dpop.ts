import type { DpopConfig } from '../../../identity/dpop/dpop-config.ts'
import type { RawIdentity } from '../raw-config.ts'

/** Default: no requirements for sender-bound tokens. */
export function readDpop({ dpop }: RawIdentity): DpopConfig {
  return { required: dpop?.required ?? false, nonce: dpop?.nonce ?? false }
}
