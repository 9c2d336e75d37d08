import { Counter, Gauge, type Registry } from 'prom-client'
import { residentMemory } from '../guard/index.ts'

/** Under the names that every Prometheus client uses. */
export function ownProcess(registry: Registry): void {
  const registers = [registry]
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
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the process.',
    registers,
    collect() {
      this.set(residentMemory())
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
