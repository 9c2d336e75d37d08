import type { DpopConfig } from '../../../identity/dpop/dpop-config.ts'
import type { RawIdentity } from '../raw-config.ts'

/** Reads the section `dpop` of an identity. By default, tokens need not be sender-constrained. */
export function readDpop({ dpop }: RawIdentity): DpopConfig {
  return { required: dpop?.required ?? false, nonce: dpop?.nonce ?? false }
}
