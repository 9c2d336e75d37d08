import type { ReadType } from '../../abi/index.ts'

/**
 * Returns whether a field or header with this name presumably holds a credential, which is never recorded. The policy language
 * excludes `authorization` and `cookie`, but deployments and callers may use other names.
 */
export function isSecretName(name: string): boolean {
  return SECRET_END.test(name) || SECRET.test(name.replace(/([a-z\d])([A-Z])/g, '$1-$2'))
}

/** Returns a type without the fields whose names suggest credentials. A replay must not take these fields for absent. */
export function withoutSecrets(type: ReadType): ReadType {
  if (typeof type === 'string' || 'literals' in type) return type
  if ('list' in type) return { list: withoutSecrets(type.list) }
  if ('set' in type) return { set: withoutSecrets(type.set) }
  if ('map' in type) return { map: withoutSecrets(type.map) }
  const fields = Object.entries(type.record).filter(([name]) => !isSecretName(name))
  return { record: Object.fromEntries(fields.map(([name, field]) => [name, { ...field, type: withoutSecrets(field.type) }])) }
}

/** Returns whether values of a type may contain free text, in which a credential may occur. */
export function mayHoldText(type: ReadType): boolean {
  if (typeof type === 'string') return type === 'string'
  if ('literals' in type) return false
  if ('record' in type) return Object.values(type.record).some((field) => mayHoldText(field.type))
  return 'map' in type || mayHoldText('list' in type ? type.list : type.set)
}

/** Returns whether a value seems to hold a credential: a map has a key with the name of one, or a text looks like a token. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return TOKEN.test(value)
  if (value instanceof Map) return [...value].some(([key, member]) => isSecretName(key) || holdsSecret(member))
  if (Array.isArray(value) || value instanceof Set) return [...value].some(holdsSecret)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret)
}

/** Pattern of a JWT or of an `Authorization` value. */
const TOKEN = /^(?:ey[\w-]+\.[\w-]+\.|(?:bearer|basic|dpop) [\w+/=.~-]{8,}$)/i

/**
 * Pattern of name suffixes that are unambiguous even without a separator: header names are in lower case and often have none.
 */
const SECRET_END = new RegExp(
  '(?:authorization|cookie|token|jwt|bearer|secret|password|passwd|passphrase|passcode|credential|csrf|xsrf|[th]otp|' +
    'sess(?:ion)?id|(?:api|access|auth|private|secret|signing)key)s?$',
  'i',
)

const SECRET = new RegExp(
  '(?:^|[-_.])(?:authorization|cookie|token|jwt|bearer|secret|password|passwd|passphrase|pwd|pin|otp|credentials?|signature|' +
    'assertion|session|sid|csrf|xsrf|dpop|api[-_]?key|private[-_]?key|key)(?:s|[-_](?:id|value))?$',
  'i',
)
