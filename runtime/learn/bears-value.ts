import { isSecretName } from '../audit/values/secret-names.ts'

/**
 * Whether what stands behind this segment of a path may let somebody in, or be somebody's name, however it is spelt: `/reset/…`, `/tokens/…`, `/users/…`. Words that a service has there
 * (`/users/search`) are lost with it: in doubt nothing is written down.
 */
export function bearsValue(segment: string): boolean {
  return segment.length <= MOST && (isSecretName(segment) || LINKS.test(segment) || PEOPLE.test(segment))
}

/** Nobody calls a place of a service by more. */
const MOST = 64

/** What people are sent by mail, and follow. */
const LINKS =
  /^(?:(?:password|email|account)[._-]?)?(?:reset|verify|verification|confirm|confirmation|activate|activation|invite|invitation|invites|invitations|unsubscribe|magic|magic[._-]?link|recover|recovery|shared?|codes?|auth|callback|hooks?|webhooks?|[st])$/i

const PEOPLE =
  /^(?:u|users?|usernames?|people|persons?|members?|customers?|clients?|patients?|employees?|staff|students?|contacts?|profiles?|accounts?|owners?|authors?|tenants?|by-?(?:name|email|user))$/i
