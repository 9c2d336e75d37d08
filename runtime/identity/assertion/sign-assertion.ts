import { signCompact } from '../jose/signature.ts'
import type { SigningKey } from './signing-keys.ts'

/**
 * Value of the `typ` header parameter of assertions. It keeps assertions and other tokens from being mistaken for each other (RFC
 * 8725, section 3.11).
 */
export const ASSERTION_TYPE = 'iap-assertion+jwt'

export function signAssertion(payload: object, { kid, key }: SigningKey): string {
  return signCompact({ alg: 'ES256', typ: ASSERTION_TYPE, kid }, payload, key)
}
