import { parseStrictJson } from '../../../request/index.ts'
import { decodeUtf8, isObject } from '../../base/values.ts'
import type { Claims } from '../token/claim-types.ts'

/** A JWS whose payload is a JSON object. Nothing of it is verified. */
export interface CompactJws {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

/** Characters: what fits beside the other headers. */
export const MAX_TOKEN = 12_288

/**
 * The compact serialization (RFC 7515, section 7.1) in its only spelling: three parts in base64url that encode to themselves
 * again, UTF-8, and no name twice. Null otherwise.
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

/** Node reads base64 in many spellings; only what it would write itself counts. */
function decode(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : null
}

/** What a header may ask for and nobody here does: then nothing of it counts (RFC 7515, section 4.1.11; RFC 7797; RFC 7516). */
export const UNSUPPORTED = ['crit', 'b64', 'zip', 'enc']

/**
 * Reads a token of one `typ`, which tells it from all other tokens of its issuer. Nothing of it is verified. A sentence: what is
 * wrong with it.
 *
 * @param type of its header, without `application/`
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
  if (UNSUPPORTED.some((name) => Object.hasOwn(header, name))) return 'the header asks for what is not supported'
  if (kid !== undefined && typeof kid !== 'string') return 'the `kid` is no text'
  return { payload, alg, kid }
}

/**
 * A JSON object (RFC 8259) in which no object has a name twice: parsers differ in which one they take, so such a text has two
 * meanings (RFC 7515, section 4; RFC 7519, section 4). Null where the text is anything else.
 */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  const parsed = parseStrictJson(text)
  return parsed.ok && isObject(parsed.value) ? parsed.value : null
}

/**
 * What a token says of itself; null where it is none that says anything. Nothing of it is verified, and it is read as loosely as
 * anybody may read it: what looks like somebody's token is shown to nobody else, even if it is not one.
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
