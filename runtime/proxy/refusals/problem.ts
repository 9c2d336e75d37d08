import type { Refusal } from './refusal.ts'

/** Paths below it are the proxy's own, on every host: no route of a policy is reached there. */
export const WELL_KNOWN = '/.well-known/iap/'

/** The page that explains the codes of refusals: what the `type` of a problem points to. */
export const ERRORS_PATH = `${WELL_KNOWN}errors`

/** RFC 9457, with `code`, `requestId` and, of a deny by a rule that tells why, `because`. */
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
