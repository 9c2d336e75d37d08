import { isoTime } from '../../base/units.ts'
import type { StoredReports } from './fleet-registry.ts'
import { type FleetReport, parseReport } from './fleet-report.ts'

/** `lagging`: serves another policy than the newest one that a proxy of the fleet serves. `unready`: takes no traffic. */
export const FLEET_STATES = ['current', 'lagging', 'unready'] as const

export type FleetState = (typeof FLEET_STATES)[number]

/** One proxy of a fleet. Times are in the format of RFC 3339. */
export interface FleetProxy {
  readonly id: string
  readonly state: FleetState
  readonly version: string
  readonly policy: { readonly revision: string; readonly sequence: number; readonly since: string } | null
  readonly config: string
  readonly ready: boolean
  readonly reasons: readonly string[]
  readonly lastError: { readonly code: string; readonly at: string } | null
  /** Whether several proxies report with this ID. */
  readonly isShared: boolean
  /** Milliseconds since the report. */
  readonly age: number
}

/** The response of the admin API to `GET /v1/fleet`. */
export interface FleetOverview {
  /** Whether the configuration has a fleet. */
  readonly configured: boolean
  /** Whether the Redis of the fleet responds. If it does not, `proxies` is empty. */
  readonly available: boolean
  /** ID of the proxy that responds; `null` without a fleet. */
  readonly self: string | null
  /** The newest policy that a proxy serves: the one with the highest sequence and, of several, the latest. */
  readonly newest: { readonly revision: string; readonly sequence: number } | null
  /** In the order of their IDs. */
  readonly proxies: readonly FleetProxy[]
  /** Number of entries in Redis that are not a report. */
  readonly unreadable: number
}

export const NO_FLEET: FleetOverview = {
  configured: false,
  available: false,
  self: null,
  newest: null,
  proxies: [],
  unreadable: 0,
}

/**
 * Returns the state of a fleet from its reports.
 *
 * @param self ID of the proxy that reads them
 * @param stored reports; `null` if Redis is unavailable
 */
export function overviewOf(self: string, stored: StoredReports | null): FleetOverview {
  const read = (stored?.reports ?? []).map(({ id, age, text }) => ({ id, age, report: parseReport(text) }))
  const known = read.flatMap(({ report, ...rest }) => (report === null ? [] : [{ ...rest, report }]))
  const newest = newestOf(known.map(({ report }) => report))
  return {
    configured: true,
    available: stored !== null,
    self,
    newest: newest && { revision: newest.revision, sequence: newest.sequence },
    proxies: known.map(({ id, age, report }) => ({
      id,
      state: stateOf(report, newest?.revision ?? null),
      version: report.version,
      policy: report.policy && { ...report.policy, since: isoTime(report.policy.since) },
      config: report.config,
      ready: report.ready,
      reasons: report.reasons,
      lastError: report.lastError && { ...report.lastError, at: isoTime(report.lastError.at) },
      isShared: report.isShared,
      age,
    })),
    unreadable: (stored?.unreadable ?? 0) + read.length - known.length,
  }
}

function newestOf(reports: readonly FleetReport[]): FleetReport['policy'] {
  const policies = reports.flatMap(({ policy }) => policy ?? [])
  return policies.toSorted((a, b) => b.sequence - a.sequence || b.since - a.since)[0] ?? null
}

function stateOf({ ready, policy }: FleetReport, newest: string | null): FleetState {
  if (!ready || policy === null) return 'unready'
  return policy.revision === newest ? 'current' : 'lagging'
}
