import { isSecretName } from '../../realm/program/secret-names.ts'

/** What may stand behind a segment of a path, however it is spelt: `secret`, what lets somebody in; `person`, somebody's name. */
export type Sensitivity = 'secret' | 'person'

/**
 * What a segment says of those behind it: `/verify-email/…`, `/tokens/…`, `/users/…`. Words that a service has there
 * (`/users/search`) are lost with it: in doubt nothing is written down.
 */
export function sensitivityOf(segment: string): Sensitivity | null {
  if (segment.length > MOST) return null
  if (isSecretName(segment) || SHORT.test(segment)) return 'secret'
  const parts = segment.replace(/([a-z\d])([A-Z])/g, '$1-$2').split(/[._-]/)
  if (parts.some((part) => SECRETS.test(part))) return 'secret'
  return PEOPLE.test(segment) || PEOPLE.test(parts.at(-1) ?? '') ? 'person' : null
}

/** Nobody calls a place of a service by more. */
const MOST = 64

/** Of links, as a whole: in other words they say nothing. */
const SHORT = /^(?:[st]|shared?|callback|hooks?|webhooks?)$/i

const SECRETS = wordOf([
  // Links that people are sent, and follow.
  're-?set|verif(?:y|ication)|confirm(?:ation)?s?|activat(?:e|ion)s?|invit(?:e|ation|ee)s?|accept|join|redeem',
  'unsubscribe|opt-?out|magic(?:link)?|recover(?:y)?|forgot(?:ten)?|unlock',
  // What people sign in with, and are reached by.
  'log-?in|log-?on|sign-?in|sign-?up|auth|passwords?|e?mails?|mailbox(?:es)?|phones?|tel|telephones?|sms|calls?',
  // What is worth something to whoever knows it.
  'codes?|licen[cs]es?|serials?|vouchers?|coupons?|promos?|gift-?cards?|ibans?|ssn',
])

const PEOPLE = wordOf([
  'u|users?|usernames?|names?|people|persons?|members?|friends?|customers?|clients?|patients?|employees?|staff|students?',
  'contacts?|profiles?|accounts?|owners?|authors?|tenants?|by-?(?:name|user)',
])

function wordOf(alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'i')
}
