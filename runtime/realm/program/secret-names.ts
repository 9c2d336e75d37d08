import type { ReadType } from '../../abi/index.ts'

/**
 * Names of what lets somebody in: a value of such a name is never recorded, whatever reads it. The language reads no
 * `authorization` and no `cookie`; what a deployment takes credentials from besides, and what callers call theirs, it does not
 * know.
 */
export function isSecretName(name: string): boolean {
  return SECRET_END.test(name) || SECRET.test(name.replace(/([a-z\d])([A-Z])/g, '$1-$2'))
}

/** A record without what such names have in it; nobody takes what is not there for absent. */
export function withoutSecrets(type: ReadType): ReadType {
  if (typeof type === 'string' || 'literals' in type) return type
  if ('list' in type) return { list: withoutSecrets(type.list) }
  if ('set' in type) return { set: withoutSecrets(type.set) }
  if ('map' in type) return { map: withoutSecrets(type.map) }
  const fields = Object.entries(type.record).filter(([name]) => !isSecretName(name))
  return { record: Object.fromEntries(fields.map(([name, field]) => [name, { ...field, type: withoutSecrets(field.type) }])) }
}

/** Whether there are texts in it that somebody else has chosen. */
export function mayHoldText(type: ReadType): boolean {
  if (typeof type === 'string') return type === 'string'
  if ('literals' in type) return false
  if ('record' in type) return Object.values(type.record).some((field) => mayHoldText(field.type))
  return 'map' in type || mayHoldText('list' in type ? type.list : type.set)
}

/**
 * Whether a key of a map, or a text, says that there is something secret: under a name that secrets have, or a token that says
 * itself that it is one.
 */
export function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return TOKEN.test(value)
  if (value instanceof Map) return [...value].some(([key, member]) => isSecretName(key) || holdsSecret(member))
  if (Array.isArray(value) || value instanceof Set) return [...value].some(holdsSecret)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret)
}

/** A JWT, or the words of an `Authorization` header. */
const TOKEN = /^(?:ey[\w-]+\.[\w-]+\.|(?:bearer|basic|dpop) [\w+/=.~-]{8,}$)/i

/**
 * What is nothing else at the end of any name is that without a separator, too: names of headers are in lower case, and many
 * people write none.
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
