import type { Refusal } from './refusal.ts'

/** The proxy's own paths on every host; no route is reached below it. */
export const WELL_KNOWN = '/.well-known/iap/'

/** The page of error codes, linked by the `type` of problems. */
export const ERRORS_PATH = `${WELL_KNOWN}errors`

/** Serializes RFC 9457 problem details, with `code`, `requestId` and the denying rule's `because`, if any. */
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
