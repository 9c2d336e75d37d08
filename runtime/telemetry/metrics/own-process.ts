import { getHeapSpaceStatistics } from 'node:v8'
import { Counter, Gauge, type Registry } from 'prom-client'
import { residentMemory } from '../../base/resident-memory.ts'
import { VERSION } from '../../base/version.ts'

/**
 * What every process is asked: by OpenTelemetry's semantic conventions, and under the names that every Prometheus client uses.
 */
export function ownProcess(registry: Registry): void {
  new Gauge({
    name: 'target_info',
    help: 'What this is: always 1.',
    labelNames: ['service_name', 'service_version'],
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.set({ service_name: 'iap', service_version: VERSION }, 1)
    },
  })
  cpu(registry)
  memory(registry)
  times(registry)
  new Counter({
    name: 'nodejs_eventloop_time_seconds_total',
    help: 'Time of the event loop, by state: active, or idle.',
    labelNames: ['nodejs_eventloop_state'],
    registers: [registry],
    collect() {
      const { active, idle } = performance.eventLoopUtilization()
      this.reset()
      this.inc({ nodejs_eventloop_state: 'active' }, active / 1000)
      this.inc({ nodejs_eventloop_state: 'idle' }, idle / 1000)
    },
  })
}

function cpu(registry: Registry): void {
  const registers = [registry]
  new Counter({
    name: 'process_cpu_time_seconds_total',
    help: 'CPU time of the process, by mode: user, or system.',
    labelNames: ['cpu_mode'],
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc({ cpu_mode: 'user' }, user / 1e6)
      this.inc({ cpu_mode: 'system' }, system / 1e6)
    },
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
}

function memory(registry: Registry): void {
  const registers = [registry]
  const resident = (name: string) =>
    new Gauge({
      name,
      help: 'Resident memory of the process.',
      registers,
      collect() {
        this.set(residentMemory())
      },
    })
  resident('process_memory_usage_bytes')
  resident('process_resident_memory_bytes')
  new Gauge({
    name: 'v8js_memory_heap_used_bytes',
    help: 'Memory of the heap that is used, by its spaces.',
    labelNames: ['v8js_heap_space_name'],
    registers,
    collect() {
      for (const space of getHeapSpaceStatistics()) this.set({ v8js_heap_space_name: space.space_name }, space.space_used_size)
    },
  })
}

function times(registry: Registry): void {
  const registers = [registry]
  new Gauge({
    name: 'process_uptime_seconds',
    help: 'For how long the process has been running.',
    registers,
    aggregator: 'max',
    collect() {
      this.set(process.uptime())
    },
  })
  const started = Date.now() / 1000 - process.uptime()
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970.',
    registers,
    aggregator: 'min',
    collect() {
      this.set(started)
    },
  })
}
