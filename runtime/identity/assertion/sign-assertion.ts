import { sign as signBytes } from 'node:crypto'
import type { SigningKey } from './signing-keys.ts'

/** RFC 8725, section 3.11: no other token can be taken for one, nor one for another token. */
export const ASSERTION_TYPE = 'iap-assertion+jwt'

/** RFC 7515, section 7.1. */
export function signAssertion(payload: object, { kid, key }: SigningKey): string {
  const input = `${encode({ alg: 'ES256', typ: ASSERTION_TYPE, kid })}.${encode(payload)}`
  const signature = signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
