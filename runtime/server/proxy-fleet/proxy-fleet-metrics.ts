import type { Registry } from 'prom-client'
import { gauge } from '../../telemetry/metrics/index.ts'
import { FLEET_STATES, type FleetOverview } from './fleet-overview.ts'

/**
 * Adds the gauges of a fleet. Their labels have no IDs of proxies, because any program with access to the Redis can write IDs.
 *
 * @param read returns the state of the fleet; the gauges call it at the same time
 */
export function proxyFleetMetrics(registry: Registry, read: () => Promise<FleetOverview>): void {
  const configured = async () => {
    const overview = await read()
    return overview.configured ? overview : null
  }
  gauge(registry, 'iap_fleet_available', 'Whether the Redis of the fleet responds: 1 or 0; absent without a fleet.', async () => {
    const overview = await configured()
    return overview && Number(overview.available)
  })
  gauge(
    registry,
    'iap_fleet_proxies',
    'Proxies of the fleet, by state: current, lagging or unready.',
    async () => {
      const overview = await configured()
      if (!overview?.available) return []
      return FLEET_STATES.map((state) => [{ state }, overview.proxies.filter((proxy) => proxy.state === state).length] as const)
    },
    { labels: ['state'] },
  )
  gauge(
    registry,
    'iap_fleet_configurations',
    'Different configurations of the proxies of the fleet; absent if its Redis does not respond.',
    async () => {
      const overview = await configured()
      return overview?.available ? new Set(overview.proxies.map(({ config }) => config)).size : null
    },
  )
  gauge(
    registry,
    'iap_fleet_unreadable',
    'Entries in the Redis of the fleet that are not reports of proxies; absent if it does not respond.',
    async () => {
      const overview = await configured()
      return overview?.available ? overview.unreadable : null
    },
  )
}
