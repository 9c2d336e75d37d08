import { type KeyObject, verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { readMessage, type SamlMessage } from './saml-message.ts'

/** Signature algorithms of the HTTP-Redirect binding, with Node's names. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map(
  ['sha256', 'sha384', 'sha512'].map((hash) => [`http://www.w3.org/2001/04/xmldsig-more#rsa-${hash}`, hash]),
)
const MOST_INFLATED = 65_536

/** A message of the HTTP-Redirect binding (saml-bindings, section 3.4.4) and the signed part of its query. */
export interface Redirected extends SamlMessage {
  isSignedBy(key: KeyObject): boolean
}

/**
 * Parses the raw query string of a SAML message with the HTTP-Redirect binding. The signature covers the query as sent, in the
 * order of the standard.
 *
 * @throws ProviderRefusal if the message is missing or malformed, or a name occurs twice
 */
export function readRedirected(rawQuery: string, name: 'SAMLRequest'): Redirected {
  const found = new Map<string, string>()
  for (const pair of rawQuery.replace(/^\?/, '').split('&')) {
    const at = pair.indexOf('=')
    const key = pair.slice(0, Math.max(0, at))
    if (found.has(key)) throw no('a parameter is repeated')
    found.set(key, pair)
  }
  const text = (key: string) => decoded(found.get(key)?.slice(key.length + 1) ?? '')
  const algorithm = ALGORITHMS.get(text('SigAlg'))
  if (!found.has('Signature')) throw no('it is not signed')
  if (algorithm === undefined) throw no('it is signed by an algorithm that is not allowed')
  if ((text('SAMLEncoding') || DEFLATE) !== DEFLATE) throw no('it is encoded in another way than DEFLATE')
  const signed = [name, 'RelayState', 'SigAlg'].flatMap((key) => found.get(key) ?? []).join('&')
  const signature = Buffer.from(text('Signature'), 'base64')
  return {
    ...readMessage(inflated(Buffer.from(text(name), 'base64'))),
    isSignedBy: (key) => verify(algorithm, Buffer.from(signed), key, signature),
  }
}

const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED })
  } catch {
    throw no('it cannot be inflated, or is too long')
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw no('its address cannot be decoded')
  }
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(
    `the SAML message of the provider is not valid: ${why}; check the settings of this application there`,
  )
}
