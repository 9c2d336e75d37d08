import type { Registry } from 'prom-client'
import type { PolicyStatus } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import { counter, gauge } from './instruments.ts'

export interface PolicyLoads {
  /** Counts an attempt to load a bundle. `result` is `activated`, `unchanged`, or the code of the refusal. */
  policy(result: string): void
  data(name: string, result: 'taken' | 'refused'): void
  /**
   * Sets the function from which metrics of the active policy and its data are read. It may return `null` until a policy is
   * active.
   */
  follow(deciding: () => PolicyControl | null): void
}

/** Adds counters of attempts to load bundles and data, for the process that follows their sources. */
export function policyLoads(registry: Registry): PolicyLoads {
  const policies = counter(
    registry,
    'iap_policy_loads_total',
    'Loaded bundles, by result: activated, unchanged, or the code of the refusal.',
    ['result'],
  )
  const data = counter(
    registry,
    'iap_data_loads_total',
    'Loaded values of data, by name of the datum and result: taken or refused.',
    ['name', 'result'],
  )
  return {
    policy: (result) => policies.inc({ result }),
    data: (name, result) => data.inc({ name, result }),
    // Later, as processes that follow nothing must not report absence.
    follow: (deciding) => followed(registry, deciding),
  }
}

function followed(registry: Registry, deciding: () => PolicyControl | null): void {
  const policy = () => deciding()?.policy.status ?? null
  const data = () => {
    const all = deciding()?.data
    return all?.names.map((name) => ({ name, status: all.status(name) })) ?? []
  }
  const flag = (name: string, help: string, value: (status: PolicyStatus) => boolean) =>
    gauge(registry, name, help, () => {
      const status = policy()
      return Number(status !== null && value(status))
    })
  flag('iap_policy_stale', 'Whether the source of the policy has been unavailable for too long: 1 or 0.', ({ stale }) => stale)
  flag(
    'iap_policy_suspended',
    'Whether all requests are refused, because the policy is stale or expired: 1 or 0.',
    ({ suspended }) => suspended !== null,
  )
  flag(
    'iap_policy_quarantined',
    'Whether a rolled-back policy is quarantined: 1 or 0.',
    ({ quarantined }) => quarantined !== null,
  )
  flag(
    'iap_policy_failing',
    'Whether the latest bundle of the source is not active, because it was refused or cannot be read: 1 or 0.',
    ({ lastError }) => lastError !== null,
  )
  gauge(
    registry,
    'iap_policy_confirmed_seconds',
    'Last time the source had the active or the quarantined policy, in seconds since 1970; absent if it never had.',
    () => seconds(policy()?.confirmed),
  )
  gauge(
    registry,
    'iap_data_active_since_seconds',
    'When the value of a datum became active, in seconds since 1970; absent if it has no value.',
    () => data().flatMap(({ name, status }) => (status?.since == null ? [] : [[{ name }, status.since / 1000]])),
    { labels: ['name'] },
  )
  gauge(
    registry,
    'iap_data_failing',
    'Whether the latest value of a datum is not active, because it was refused: 1 or 0.',
    () => data().map(({ name, status }) => [{ name }, Number(status?.lastError != null)]),
    { labels: ['name'] },
  )
}

/** Adds a gauge of the policy's expiry, for the process that follows the source. `expires` returns milliseconds since 1970. */
export function policyExpiry(registry: Registry, expires: () => number | null): void {
  gauge(
    registry,
    'iap_policy_expiry_seconds',
    'When the active policy expires, in seconds since 1970; absent if it never expires.',
    () => seconds(expires()),
  )
}

function seconds(milliseconds: number | null | undefined): number | null {
  return milliseconds == null ? null : milliseconds / 1000
}
