import { isSecretName } from '../audit/values/secret-names.ts'

/** Whether what stands behind this segment of a path may let somebody in, however it is spelt: `/reset/…`, `/tokens/…`, `/invite/…`. */
export function bearsSecret(segment: string): boolean {
  return isSecretName(segment) || LINKS.test(segment)
}

/** What people are sent by mail, and follow. */
const LINKS =
  /^(?:(?:password|email|account)[._-]?)?(?:reset|verify|verification|confirm|confirmation|activate|activation|invite|invitation|invites|invitations|unsubscribe|magic|magic[._-]?link|recover|recovery|share|shared|code|codes|auth|callback|hooks?|webhooks?)$/i
