import { failureCodes } from '../refusals/failure-codes.ts'

export interface OwnCode {
  readonly status: number
  readonly meaning: string
}

/** All codes of the proxy's own responses, in listing order. */
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
