import { Counter, type Registry } from 'prom-client'

export interface PolicyLoads {
  /** `activated`, `unchanged`, or the code of the refusal. */
  policy(result: string): void
  data(name: string, result: 'taken' | 'refused'): void
}

/** Bundles and data that were tried: by the process that follows where they come from. */
export function policyLoads(registry: Registry): PolicyLoads {
  const registers = [registry]
  const policies = new Counter({
    name: 'iap_policy_loads_total',
    help: 'Bundles that were tried, by result: activated, unchanged, or the code of the refusal.',
    labelNames: ['result'],
    registers,
  })
  const data = new Counter({
    name: 'iap_data_loads_total',
    help: 'Values of data that were tried, by name of the datum and result: taken or refused.',
    labelNames: ['name', 'result'],
    registers,
  })
  return {
    policy: (result) => policies.inc({ result }),
    data: (name, result) => data.inc({ name, result }),
  }
}
