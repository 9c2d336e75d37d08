import { parseStrictJson } from '../../../request/index.ts'
import { decodeUtf8, isObject } from '../../base/values.ts'
import type { Claims } from '../token/claim-types.ts'

/** A parsed but unverified JWS whose payload is a JSON object. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

/** Maximum length of a token in characters, which leaves room for the other headers of a request. */
export const MAX_TOKEN = 12_288

/**
 * Parses the compact serialization of a JWS (RFC 7515, section 7.1). Returns `null` unless the base64url text is canonical and
 * member names are unique.
 */
export function readCompactJws(text: string): CompactJws | null {
  if (text.length > MAX_TOKEN) return null
  const parts = text.split('.', 4)
  const [first, second, signature] = parts
  if (parts.length !== 3 || !first || !second || !signature) return null
  if (decode(signature) === null) return null
  const header = readPart(first)
  const payload = header === null ? null : readPart(second)
  return header === null || payload === null ? null : { header, payload }
}

function readPart(part: string): Record<string, unknown> | null {
  const bytes = decode(part)
  const text = bytes === null ? null : decodeUtf8(bytes)
  return text === null ? null : parseJsonObject(text)
}

/** Decodes canonical base64url. Node accepts many other spellings. */
function decode(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : null
}

/**
 * Header parameters that change the meaning of a token and that the proxy does not support. Tokens that have one are refused (RFC
 * 7515, section 4.1.11; RFC 7797; RFC 7516).
 */
export const UNSUPPORTED = ['crit', 'b64', 'zip', 'enc']

/**
 * Parses a token with a given `typ`, which separates it from other tokens of its issuer. Verifies no signature. Returns a
 * sentence if the token is malformed.
 *
 * @param type expected media type without `application/`
 */
export function readTypedJws(
  text: string,
  type: string,
): { readonly payload: Claims; readonly alg: unknown; readonly kid: string | undefined } | string {
  const token = readCompactJws(text)
  if (token === null) return 'it is not a JWS in compact form over a JSON object'
  const { header, payload } = token
  const { typ, alg, kid } = header
  if (typeof typ !== 'string' || typ.toLowerCase().replace(/^application\//, '') !== type) return `the \`typ\` is not \`${type}\``
  if (UNSUPPORTED.some((name) => Object.hasOwn(header, name))) return 'the header requires an unsupported feature'
  if (kid !== undefined && typeof kid !== 'string') return 'the `kid` is not a string'
  return { payload, alg, kid }
}

/**
 * Parses a JSON object (RFC 8259), or returns `null`. Duplicate member names are refused as ambiguous (RFC 7515 and RFC 7519,
 * section 4).
 */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  const parsed = parseStrictJson(text)
  return parsed.ok && isObject(parsed.value) ? parsed.value : null
}

/**
 * Returns the unverified payload of a token, or `null` if it cannot be read. It also reads malformed tokens that `readCompactJws`
 * refuses, so that such a token is assigned to its issuer and never sent to another one.
 */
export function payloadIn(token: string): Claims | null {
  const [, payload, signature] = token.length > MAX_TOKEN ? [] : token.split('.', 3)
  if (payload === undefined || signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : null
  } catch {
    return null
  }
}
