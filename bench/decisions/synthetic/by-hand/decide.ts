import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Session } from './login.ts'
import type { Tables } from './tables.ts'

/** A code of `tables.ts`. */
export type Decide = (session: Session, route: number, request: CanonicalRequest) => number

/** With the numbers of `tables.ts` themselves: its names are variables once they are bundled, which costs some 4 %. */
export function createDecide({ kinds, codes, numbers, texts, lists }: Tables): Decide {
  return (session, route, request) => {
    const code = session.codes[route] as number
    // `OPEN`
    if (code < 128) return code
    let open = session.open[route] as number
    while (open !== 0) {
      // `RULES_PER_ROUTE`
      const row = route * 16 + 31 - Math.clz32(open & -open)
      if (holds(row, session, request)) return codes[row] as number
      open &= open - 1
    }
    return code - 128
  }

  function holds(row: number, session: Session, { segments, headers }: CanonicalRequest): boolean {
    switch (kinds[row]) {
      case 1: // `OWN_ID`
        return segments[2] === session.sub
      case 2: // `ID_PREFIX`
        return (segments[2] as string).startsWith(texts[row] as string)
      case 3: // `PAGE_AT_MOST`
        return Number(segments[4]) <= (numbers[row] as number)
      // `HEADER_AMONG`
      case 4: {
        const value = headers.get(texts[row] as string)
        return value !== undefined && (lists[row] as readonly string[]).includes(value)
      }
      case 5: // `OWN_TENANT`
        return headers.get(texts[row] as string) === session.tenant
      default:
        return false
    }
  }
}
