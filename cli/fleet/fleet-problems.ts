import type { FleetOverview, FleetProxy } from '../../runtime/server/proxy-fleet/fleet-overview.ts'
import { count } from '../style.ts'

/** What `iap fleet status` expects of a fleet. */
export interface FleetAim {
  /** Revision that each proxy must serve; `null` for the newest policy of the fleet. */
  readonly revision: string | null
  /** Minimum number of proxies. */
  readonly least: number
}

/** The number of proxies that a message names. */
const SHOWN = 5

/** Returns whether a proxy takes traffic and serves the expected policy. */
export function hasArrived({ newest }: FleetOverview, { ready, policy }: FleetProxy, { revision }: FleetAim): boolean {
  return ready && policy !== null && policy.revision === (revision ?? newest?.revision)
}

/** Returns the reasons why a fleet is not as expected; empty if it is. */
export function fleetProblems(fleet: FleetOverview, aim: FleetAim): readonly string[] {
  const { available, proxies, unreadable } = fleet
  if (!available) return ['the Redis of the fleet does not respond']
  const problems: string[] = []
  const note = (bad: readonly FleetProxy[], what: string) => {
    const named = bad.slice(0, SHOWN).map(({ id }) => id)
    const more = bad.length > SHOWN ? ` and ${bad.length - SHOWN} more` : ''
    if (bad.length > 0)
      problems.push(`${bad.length} of ${count(proxies.length, 'proxy', 'proxies')} ${what}: ${named.join(', ')}${more}`)
  }
  if (proxies.length < aim.least)
    problems.push(`${proxies.length} of ${count(aim.least, 'expected proxy', 'expected proxies')} report`)
  const waiting = proxies.filter((proxy) => !hasArrived(fleet, proxy, aim))
  note(
    waiting.filter(({ ready, policy }) => ready && policy !== null),
    aim.revision === null ? 'serve an older policy' : 'serve another policy',
  )
  note(
    waiting.filter(({ ready, policy }) => !ready || policy === null),
    'are not ready',
  )
  note(
    proxies.filter(({ isShared }) => isShared),
    'share their ID with another proxy',
  )
  if (unreadable > 0)
    problems.push(`${count(unreadable, 'entry', 'entries')} in the Redis of the fleet cannot be read as a report`)
  return problems
}
