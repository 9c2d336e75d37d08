import { Counter, Gauge, type Registry } from 'prom-client'
import type { PolicyStatus } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'

export interface PolicyLoads {
  /** `activated`, `unchanged`, or the code of the refusal. */
  policy(result: string): void
  data(name: string, result: 'taken' | 'refused'): void
  /** How it stands with what decides is read there from now on. Null: there is nothing yet. */
  follow(deciding: () => PolicyControl | null): void
}

/** Bundles and data that were tried, and what they have come to: by the process that follows where they come from. */
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
    // Not before: processes that follow nothing would say that nothing is there.
    follow: (deciding) => followed(registry, deciding),
  }
}

function followed(registry: Registry, deciding: () => PolicyControl | null): void {
  const registers = [registry]
  const policy = () => deciding()?.policy.status ?? null
  const data = () => {
    const all = deciding()?.data
    return all?.names.map((name) => ({ name, status: all.status(name) })) ?? []
  }
  const flag = (name: string, help: string, value: (status: PolicyStatus) => boolean) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const status = policy()
        this.set(status !== null && value(status) ? 1 : 0)
      },
    })
  flag('iap_policy_stale', 'Whether the source of the policy has not been there for too long: 1 or 0.', ({ stale }) => stale)
  flag(
    'iap_policy_suspended',
    'Whether nothing is let through, as it is stale or expired: 1 or 0.',
    ({ suspended }) => suspended !== null,
  )
  flag('iap_policy_held', 'Whether a policy that was gone back from is not taken again: 1 or 0.', ({ held }) => held !== null)
  flag(
    'iap_policy_failing',
    'Whether what the source last gave is not what serves, because it was refused or cannot be read: 1 or 0.',
    ({ lastError }) => lastError !== null,
  )
  new Gauge({
    name: 'iap_policy_confirmed_seconds',
    help: 'When the source of the policy was there last with what serves or is held, in seconds since 1970; absent where it never was.',
    registers,
    collect() {
      this.reset()
      const confirmed = policy()?.confirmed ?? null
      if (confirmed === null) this.remove()
      else this.set(confirmed / 1000)
    },
  })
  new Gauge({
    name: 'iap_data_active_since_seconds',
    help: 'When the value of a datum became active, in seconds since 1970; absent where none has arrived.',
    labelNames: ['name'],
    registers,
    collect() {
      this.reset()
      for (const { name, status } of data()) if (status?.since != null) this.set({ name }, status.since / 1000)
    },
  })
  new Gauge({
    name: 'iap_data_failing',
    help: 'Whether what was given last for a datum is not what counts, because it was refused: 1 or 0.',
    labelNames: ['name'],
    registers,
    collect() {
      this.reset()
      for (const { name, status } of data()) this.set({ name }, status?.lastError == null ? 0 : 1)
    },
  })
}
