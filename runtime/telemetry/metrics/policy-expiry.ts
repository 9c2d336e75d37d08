import { Gauge, type Registry } from 'prom-client'

/** Until when the policy counts: by the process that follows where it comes from. `expires` in milliseconds since 1970. */
export function policyExpiry(registry: Registry, expires: () => number | null): void {
  new Gauge({
    name: 'iap_policy_expiry_seconds',
    help: 'When the active policy expires, in seconds since 1970. Absent where it has no end.',
    registers: [registry],
    collect() {
      const end = expires()
      if (end === null) this.remove()
      else this.set(end / 1000)
    },
  })
}
