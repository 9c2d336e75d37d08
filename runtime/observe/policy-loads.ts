import { Counter, type Registry } from 'prom-client'

/** Bundles that were tried: by the process that follows their source. Returns what counts one. */
export function policyLoads(registry: Registry): (result: string) => void {
  const counter = new Counter({
    name: 'iap_policy_loads_total',
    help: 'Bundles that were tried, by result: activated, unchanged, or the code of the refusal.',
    labelNames: ['result'],
    registers: [registry],
  })
  return (result) => counter.inc({ result })
}
