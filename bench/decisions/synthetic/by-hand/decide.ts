import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Session } from './login.ts'
import { HEADER_AMONG, ID_PREFIX, OPEN, OWN_ID, OWN_TENANT, PAGE_AT_MOST, RULES_PER_ROUTE, type Tables } from './tables.ts'

/** A code of `tables.ts`. */
export type Decide = (session: Session, route: number, request: CanonicalRequest) => number

export function createDecide({ kinds, codes, numbers, texts, lists }: Tables): Decide {
  return (session, route, request) => {
    const code = session.codes[route] as number
    if (code < OPEN) return code
    let open = session.open[route] as number
    while (open !== 0) {
      const row = route * RULES_PER_ROUTE + 31 - Math.clz32(open & -open)
      if (holds(row, session, request)) return codes[row] as number
      open &= open - 1
    }
    return code - OPEN
  }

  function holds(row: number, session: Session, { segments, headers }: CanonicalRequest): boolean {
    switch (kinds[row]) {
      case OWN_ID:
        return segments[2] === session.sub
      case ID_PREFIX:
        return (segments[2] as string).startsWith(texts[row] as string)
      case PAGE_AT_MOST:
        return Number(segments[4]) <= (numbers[row] as number)
      case HEADER_AMONG: {
        const value = headers.get(texts[row] as string)
        return value !== undefined && (lists[row] as readonly string[]).includes(value)
      }
      case OWN_TENANT:
        return headers.get(texts[row] as string) === session.tenant
      default:
        return false
    }
  }
}
