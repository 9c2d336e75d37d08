import { getHeapSpaceStatistics } from 'node:v8'
import type { Registry } from 'prom-client'
import { residentMemory } from '../../base/resident-memory.ts'
import { VERSION } from '../../base/version.ts'
import { gauge, total } from './instruments.ts'

/** Adds metrics of the process under the names of OpenTelemetry's semantic conventions and the usual Prometheus names. */
export function ownProcess(registry: Registry): void {
  const info = { service_name: 'iap', service_version: VERSION }
  gauge(registry, 'target_info', 'The running program: always 1.', () => [[info, 1]], {
    labels: Object.keys(info),
    aggregator: 'max',
  })
  cpu(registry)
  memory(registry)
  gauge(registry, 'process_uptime_seconds', 'Time since the start of the process.', () => process.uptime(), {
    aggregator: 'max',
  })
  const started = Date.now() / 1000 - process.uptime()
  gauge(registry, 'process_start_time_seconds', 'When the process started, in seconds since 1970.', () => started, {
    aggregator: 'min',
  })
  total(
    registry,
    'nodejs_eventloop_time_seconds_total',
    'Time of the event loop, by state: active, or idle.',
    () => {
      const { active, idle } = performance.eventLoopUtilization()
      return [
        [{ nodejs_eventloop_state: 'active' }, active / 1000],
        [{ nodejs_eventloop_state: 'idle' }, idle / 1000],
      ]
    },
    { labels: ['nodejs_eventloop_state'] },
  )
}

function cpu(registry: Registry): void {
  total(
    registry,
    'process_cpu_time_seconds_total',
    'CPU time of the process, by mode: user, or system.',
    () => Object.entries(process.cpuUsage()).map(([mode, microseconds]) => [{ cpu_mode: mode }, microseconds / 1e6]),
    { labels: ['cpu_mode'] },
  )
  total(registry, 'process_cpu_seconds_total', 'CPU time of the process, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
}

function memory(registry: Registry): void {
  for (const name of ['process_memory_usage_bytes', 'process_resident_memory_bytes'])
    gauge(registry, name, 'Resident memory of the process.', residentMemory)
  gauge(
    registry,
    'v8js_memory_heap_used_bytes',
    'Memory of the heap that is used, by its spaces.',
    () => getHeapSpaceStatistics().map((space) => [{ v8js_heap_space_name: space.space_name }, space.space_used_size]),
    { labels: ['v8js_heap_space_name'] },
  )
}
