import type { PolicyStatus } from '../policy/index.ts'

export interface Readiness {
  readonly ready: boolean
  /** Why not; empty where it is. */
  readonly reasons: readonly string[]
}

/** May traffic be sent here? With an active policy, even one that could not be replaced since; not while it drains. */
export function readinessOf(status: PolicyStatus, draining: boolean): Readiness {
  const reasons: string[] = []
  if (draining) reasons.push('it is shutting down')
  if (status.active === null) reasons.push('there is no active policy')
  return { ready: reasons.length === 0, reasons }
}

/** `/readyz?verbose`, as plain data. Times in RFC 3339. */
export function verboseReadiness(status: PolicyStatus, draining: boolean, more: Readonly<Record<string, unknown>>): object {
  const { active, lastError, activations, refusals } = status
  const time = (ms: number) => new Date(ms).toISOString()
  return {
    ...readinessOf(status, draining),
    policy: active && { ...active, since: time(active.since) },
    lastError: lastError && { ...lastError, at: time(lastError.at) },
    activations,
    refusals: Object.fromEntries(refusals),
    ...more,
  }
}
