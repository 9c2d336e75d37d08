import type { Refusal } from '../../../../request/index.ts'
import { type CheckRefusalCode, checkRefusals } from '../../refusals/check-refusals.ts'

/** The codes of checks that do not state their original request in the configured headers. */
type CheckFaultCode = Extract<CheckRefusalCode, `check-${string}`>

const MESSAGES: Readonly<Record<CheckFaultCode, (name: string) => string>> = {
  'check-header-missing': (name) => `the check has no header \`${name}\`: make the asking proxy send it exactly once`,
  'check-header-repeated': (name) =>
    `the check has more than one header \`${name}\`: make the asking proxy replace those that clients send`,
  'check-header-invalid': (name) => `the header \`${name}\` of the check has no valid value: correct it in the asking proxy`,
  'check-prefix': () => 'the path of the check does not begin with `prefix`: use the same prefix in both configurations',
}

/** Returns the refusal of a check. `name` is a header's name of ours, so that no part of a request reaches a log through it. */
export function faultOf(code: CheckFaultCode, name = ''): Refusal {
  return { status: checkRefusals[code].status, code, message: MESSAGES[code](name) }
}
