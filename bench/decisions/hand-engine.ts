import type { CanonicalRequest } from '../../request/index.ts'
import type { AskedRequest } from './asked-request.ts'
import type { Engine } from './engine.ts'

/** A policy in hand-written JavaScript. A decision is a number; −1 is the route that there is none of. */
export interface ByHand<Session> {
  /** What is kept of each caller who has logged in. */
  readonly sessions: readonly Session[]
  route(request: CanonicalRequest): number
  decide(session: Session, route: number, request: CanonicalRequest): number
  /** Route, effect and reason. */
  tell(route: number, decision: number): string
}

/** What is decided where there is no route. */
export const NO_ROUTE = 3

export function handEngine<Session>({ sessions, route, decide, tell }: ByHand<Session>): Engine {
  return {
    answer({ caller, request }) {
      const found = route(request)
      return tell(found, found < 0 ? NO_ROUTE : decide(sessions[caller] as Session, found, request))
    },
    loop(row) {
      let requests: readonly CanonicalRequest[] = []
      let whose: readonly Session[] = []
      let found: readonly number[] = []
      return {
        load(asked: readonly AskedRequest[]) {
          requests = asked.map(({ request }) => request)
          whose = asked.map(({ caller }) => sessions[caller] as Session)
          found = row === 'routed' ? [] : requests.map(route)
        },
        pass: row === 'routed' ? routed : known,
      }

      function routed(): number {
        let sum = 0
        for (let at = 0; at < requests.length; at += 1) {
          const request = requests[at] as CanonicalRequest
          const to = route(request)
          sum += to < 0 ? NO_ROUTE : decide(whose[at] as Session, to, request)
        }
        return sum
      }

      function known(): number {
        let sum = 0
        for (let at = 0; at < requests.length; at += 1)
          sum += decide(whose[at] as Session, found[at] as number, requests[at] as CanonicalRequest)
        return sum
      }
    },
  }
}
