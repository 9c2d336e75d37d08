import type { Refusal } from './refusal.ts'

/** Path prefix of the proxy's public paths on all hosts. Requests below it reach no service. */
export const WELL_KNOWN = '/.well-known/iap/'

/** Path of the page that documents all error codes. The `type` of problem details links to it. */
export const ERRORS_PATH = `${WELL_KNOWN}errors`

/**
 * Serializes the problem details of a refusal as JSON (RFC 9457), with the members `code` and `requestId`, and `because` if the
 * denying rule has such a text.
 */
export function problem(refusal: Refusal, requestId: string): string {
  const { status, code, title, detail, because } = refusal
  return `${JSON.stringify({
    type: `${ERRORS_PATH}#${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    ...(because !== null && { because }),
  })}\n`
}
