import type { Refusal } from './refusal.ts'
import { ERRORS_PATH } from './well-known-paths.ts'

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
