import { parseStrictJson } from '../../../../request/index.ts'
import { decodeUtf8, isObject } from '../../../base/values.ts'
import { isKeyId } from './key-text.ts'

/** Stored record of an API key. The key cannot be derived from it. */
export interface KeyRecord {
  readonly id: string
  readonly identity: string
  readonly subject: string
  readonly claims: Readonly<Record<string, unknown>>
  /** HMAC-SHA-256 of the key's text in base64url. */
  readonly mac: string
  /**
   * Time of creation in ISO 8601, such as `2026-03-02T09:00:00.000Z`. `expires` and `revoked` have the same form or are `null`.
   */
  readonly created: string
  readonly expires: string | null
  readonly revoked: string | null
}

export interface ApiKeyFile {
  /** Fingerprint of the secret that made the MACs of the keys. */
  readonly hmacKey: string
  readonly keys: readonly KeyRecord[]
}

export type ApiKeyFileRead =
  | { readonly ok: true; readonly file: ApiKeyFile }
  /** Follows the file's name. Holds positions, but no content. */
  | { readonly ok: false; readonly message: string }

/** Formats a key file with one key on each line, for readable diffs. */
export function renderApiKeyFile({ hmacKey, keys }: ApiKeyFile): string {
  const lines = keys.map((key) => `    ${JSON.stringify(key)}`)
  const list = lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `
  return `{\n  "version": 1,\n  "hmacKey": ${JSON.stringify(hmacKey)},\n  "keys": [${list}]\n}\n`
}

/** Parses a key file. Refuses anything that `iap key` would not write, so that no key is accepted by mistake. */
export function readApiKeyFile(content: string | Uint8Array): ApiKeyFileRead {
  const text = typeof content === 'string' ? content : decodeUtf8(content)
  if (text === null) return bad('is not UTF-8')
  const parsed = parseStrictJson(text)
  if (!parsed.ok) return bad(`cannot be read: ${parsed.message}, at offset ${parsed.offset}`)
  const { value } = parsed
  if (!isObject(value) || !hasExactly(value, ['version', 'hmacKey', 'keys']))
    return bad('is not an object with only `version`, `hmacKey` and `keys`')
  if (value.version !== 1) return bad('was written by another version of `iap`: `version` must be 1')
  if (typeof value.hmacKey !== 'string' || !FINGERPRINT.test(value.hmacKey))
    return bad('has a `hmacKey` that is not a fingerprint')
  if (!Array.isArray(value.keys)) return bad('has `keys` that are not a list')
  const keys: KeyRecord[] = []
  const ids = new Set<string>()
  for (const [index, key] of value.keys.entries()) {
    const problem = problemOf(key)
    if (problem !== null) return bad(`has an error: \`keys[${index}]\` ${problem}`)
    const record = recordOf(key as KeyRecord)
    if (ids.has(record.id)) return bad(`has an error: \`keys[${index}].id\` is the id of another key`)
    ids.add(record.id)
    keys.push(record)
  }
  return { ok: true, file: { hmacKey: value.hmacKey, keys } }
}

const FINGERPRINT = /^[\w-]{16}$/
/** HMAC of 32 bytes in base64url; two bits of the last character are padding. */
const MAC = /^[\w-]{42}[AEIMQUYcgkosw048]$/
const MEMBERS = [
  'id',
  'identity',
  'subject',
  'claims',
  'mac',
  'created',
  'expires',
  'revoked',
] as const satisfies (keyof KeyRecord)[]

function problemOf(key: unknown): string | null {
  if (!isObject(key) || !hasExactly(key, MEMBERS))
    return `is not an object with ${MEMBERS.map((name) => `\`${name}\``).join(', ')}`
  const { id, identity, subject, claims, mac, created, expires, revoked } = key
  if (typeof id !== 'string' || !isKeyId(id)) return 'has an invalid `id`'
  if (typeof identity !== 'string' || identity === '') return 'has an `identity` that is not a name'
  if (typeof subject !== 'string' || subject === '') return 'has a `subject` that is not a text'
  if (!isObject(claims)) return 'has `claims` that are not an object'
  if (Object.hasOwn(claims, 'sub')) return 'has a claim `sub`, which is its `subject`'
  if (typeof mac !== 'string' || !MAC.test(mac)) return 'has a `mac` that is not an HMAC-SHA-256 in base64url'
  if (!isTime(created)) return 'has no `created` such as `2026-03-02T09:00:00.000Z`'
  if (expires !== null && !isTime(expires)) return 'has an `expires` that is neither null nor such as `2026-03-02T09:00:00.000Z`'
  if (revoked !== null && !isTime(revoked)) return 'has a `revoked` that is neither null nor such as `2026-03-02T09:00:00.000Z`'
  return null
}

/** Returns a record with its members in a fixed order. */
function recordOf({ id, identity, subject, claims, mac, created, expires, revoked }: KeyRecord): KeyRecord {
  return { id, identity, subject, claims, mac, created, expires, revoked }
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value
}

function hasExactly(object: object, names: readonly string[]): boolean {
  return Object.keys(object).length === names.length && names.every((name) => Object.hasOwn(object, name))
}

function bad(message: string): ApiKeyFileRead {
  return { ok: false, message }
}
