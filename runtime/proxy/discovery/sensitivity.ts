import { isSecretName } from '../../realm/program/secret-names.ts'

/** Kind of sensitive value that may follow a path segment: a credential (`secret`) or a personal name (`person`). */
export type Sensitivity = 'secret' | 'person'

/**
 * Returns the kind of sensitive value that may follow a segment such as `verify-email`, `tokens` or `users`; `null` if none. In
 * doubt a segment is sensitive, at the cost of words that are then not recorded.
 */
export function sensitivityOf(segment: string): Sensitivity | null {
  if (segment.length > MOST) return null
  if (isSecretName(segment) || SHORT.test(segment)) return 'secret'
  const parts = segment.replace(/([a-z\d])([A-Z])/g, '$1-$2').split(/[._-]/)
  if (parts.some((part) => SECRETS.test(part))) return 'secret'
  return PEOPLE.test(segment) || PEOPLE.test(parts.at(-1) ?? '') ? 'person' : null
}

/** Longer segments are no names of an API. */
const MOST = 64

/** Of links; only as a whole segment. */
const SHORT = /^(?:[st]|shared?|callback|hooks?|webhooks?)$/i

const SECRETS = wordOf([
  // Links in messages.
  're-?set|verif(?:y|ication)|confirm(?:ation)?s?|activat(?:e|ion)s?|invit(?:e|ation|ee)s?|accept|join|redeem',
  'unsubscribe|opt-?out|magic(?:link)?|recover(?:y)?|forgot(?:ten)?|unlock',
  // Credentials and contact data.
  'log-?in|log-?on|sign-?in|sign-?up|auth|passwords?|e?mails?|mailbox(?:es)?|phones?|tel|telephones?|sms|calls?',
  // Valuable to whoever knows it.
  'codes?|licen[cs]es?|serials?|vouchers?|coupons?|promos?|gift-?cards?|ibans?|ssn',
])

const PEOPLE = wordOf([
  'u|users?|usernames?|names?|people|persons?|members?|friends?|customers?|clients?|patients?|employees?|staff|students?',
  'contacts?|profiles?|accounts?|owners?|authors?|tenants?|by-?(?:name|user)',
])

function wordOf(alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'i')
}
