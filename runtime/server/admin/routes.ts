import { requestsOf } from '../../telemetry/metrics/durations.ts'
import type { RequestTally } from '../../telemetry/metrics/tallies.ts'
import type { AdminAnswer, AdminCall } from './admin-call.ts'
import { type AdminProblem, noWorker } from './problem.ts'

/** Lists the routes of the active policy with the outcomes of their requests, and whether a rule applies to each. */
export async function listRoutes({ deps }: AdminCall): Promise<AdminAnswer | AdminProblem> {
  const [routes, { requests }] = await Promise.all([deps.routes(), deps.tallies()])
  if (routes === null) return noWorker()
  const byRoute = new Map<string, RequestTally[]>()
  for (const tally of requests) byRoute.set(tally.route, [...(byRoute.get(tally.route) ?? []), tally])
  return {
    status: 200,
    body: {
      routes: routes.map((route) => ({ ...route, requests: countsOf(byRoute.get(route.route) ?? []) })),
      // Requests without a route, or malformed ones.
      unrouted: countsOf(byRoute.get('') ?? []),
    },
  }
}

function countsOf(tallies: readonly RequestTally[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = { permit: 0, deny: 0, challenge: 0, unauthenticated: 0, reject: 0 }
  for (const { effect, durations } of tallies) counts[effect] = (counts[effect] ?? 0) + requestsOf(durations)
  return counts
}
