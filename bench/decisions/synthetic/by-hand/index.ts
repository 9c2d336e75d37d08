import type { Engine } from '../../engine.ts'
import { handEngine } from '../../hand-engine.ts'
import type { Policy } from '../draw-policy.ts'
import type { Caller } from '../draw-request.ts'
import { createDecide } from './decide.ts'
import { login } from './login.ts'
import { createRouter } from './route.ts'
import { createTables, FIRST_REASON, PERMITTED, UNAUTHENTICATED } from './tables.ts'

/** The policy in hand-written JavaScript, the limit of what a compiler can make of it. */
export function openByHand(policy: Policy, callers: readonly Caller[]): Engine {
  const tables = createTables(policy)
  const names = policy.services.flatMap(({ routes }) => routes.map(({ name }) => name))
  return handEngine({
    sessions: callers.map((caller) => login(policy, tables, caller)),
    route: createRouter(policy),
    decide: createDecide(tables),
    tell: (route, code) => `${names[route] ?? null} ${route < 0 ? 'deny: no-route' : told(code)}`,
  })

  function told(code: number): string {
    if (code >= FIRST_REASON) return `deny: ${tables.reasons[code - FIRST_REASON]}`
    return code === PERMITTED ? 'permit' : code === UNAUTHENTICATED ? 'unauthenticated' : 'deny: default'
  }
}
