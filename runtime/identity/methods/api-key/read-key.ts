import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Refused } from '../../authentication.ts'
import type { Credential } from '../../credential.ts'
import { refuseCredential } from '../../refusals.ts'
import { KEY_PREFIX } from './key-text.ts'

export const KEY_HEADERS: readonly string[] = Object.freeze(['authorization', 'x-api-key'])

const BEARER = 'bearer '

/**
 * Reads the API key from `X-API-Key`, or from `Authorization: Bearer` if the value has a key's prefix. Other `Authorization`
 * values belong to other methods. A request with both headers is ambiguous and refused. Verification checks the form of the key
 * later.
 */
export function readKey({ headers }: CanonicalRequest): Credential | Refused | null {
  if (headers.count('x-api-key') > 0) {
    if (headers.count('authorization') > 0) return refuseCredential('credential-ambiguous')
    const text = headers.get('x-api-key')
    return text === undefined ? refuseCredential('credential-repeated') : { text }
  }
  const value = headers.get('authorization')
  if (value === undefined || !value.startsWith(KEY_PREFIX, BEARER.length)) return null
  return value.slice(0, BEARER.length).toLowerCase() === BEARER ? { text: value.slice(BEARER.length) } : null
}
