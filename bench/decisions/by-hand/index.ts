import type { CanonicalRequest } from '../../../request/index.ts'
import type { Engine } from '../engine.ts'
import type { Policy } from '../spec.ts'
import type { Caller } from '../traffic.ts'
import { createDecide } from './decide.ts'
import { login, type Session } from './login.ts'
import { createRouter } from './route.ts'
import { createTables, DENIED, FIRST_REASON, NO_ROUTE, PERMITTED, UNAUTHENTICATED } from './tables.ts'

/** The policy in hand-written JavaScript, the limit of what a compiler can make of it. `README.md` says how it is made and what was tried. */
export function openByHand(policy: Policy, callers: readonly Caller[]): Engine {
  const tables = createTables(policy)
  const sessions = callers.map((caller) => login(policy, tables, caller))
  const decide = createDecide(tables)
  const route = createRouter(policy)
  const names = policy.services.flatMap(({ routes }) => routes.map(({ name }) => name))

  return {
    answer({ caller, request }) {
      const found = route(request)
      const code = found < 0 ? NO_ROUTE : decide(sessions[caller] as Session, found, request)
      return `${names[found] ?? null} ${told(code)}`
    },
    loop(row) {
      let requests: readonly CanonicalRequest[] = []
      let whose: readonly Session[] = []
      let found: readonly number[] = []
      return {
        load(asked) {
          requests = asked.map(({ request }) => request)
          whose = asked.map(({ caller }) => sessions[caller] as Session)
          found = row === 'known' ? requests.map(route) : []
        },
        pass: row === 'known' ? known : routed,
      }

      function routed(): number {
        let sum = 0
        for (let at = 0; at < requests.length; at += 1) {
          const request = requests[at] as CanonicalRequest
          const found = route(request)
          sum += found < 0 ? NO_ROUTE : decide(whose[at] as Session, found, request)
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

  function told(code: number): string {
    if (code >= FIRST_REASON) return `deny: ${tables.reasons[code - FIRST_REASON]}`
    return {
      [DENIED]: 'deny: default',
      [PERMITTED]: 'permit',
      [UNAUTHENTICATED]: 'unauthenticated',
      [NO_ROUTE]: 'deny: no-route',
    }[code] as string
  }
}
