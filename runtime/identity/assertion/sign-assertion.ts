import { signCompact } from '../jose/signature.ts'
import type { SigningKey } from './signing-keys.ts'

/** RFC 8725, section 3.11: no other token can be taken for one, nor one for another token. */
export const ASSERTION_TYPE = 'iap-assertion+jwt'

export function signAssertion(payload: object, { kid, key }: SigningKey): string {
  return signCompact({ alg: 'ES256', typ: ASSERTION_TYPE, kid }, payload, key)
}
