import { failureCodes } from '../refusals/failure-codes.ts'

export interface OwnCode {
  readonly status: number
  readonly meaning: string
}

/**
 * Codes of all responses that the proxy makes itself instead of a service, with status and meaning, in the order of the
 * documentation.
 */
export const ownCodes: ReadonlyMap<string, OwnCode> = new Map(
  [...failureCodes].flatMap(
    ([
      code,
      {
        statuses: [status],
        detail,
        advice,
      },
    ]) => (status === undefined ? [] : [[code, { status, meaning: `${detail} ${advice}` }] as const]),
  ),
)
