import { Counter, Gauge, type Registry } from 'prom-client'

/** What is on trial, as it was seen last. */
export interface TrialFigures {
  /** Of ten thousand. */
  readonly parts: number
  /** Counted from 1; 0: an operator has set the share. */
  readonly step: number
  readonly tally: {
    readonly compared: number
    readonly gains: number
    readonly loses: number
    readonly other: number
    readonly failed: number
    readonly unknown: number
    readonly skipped: number
    readonly candidate: { readonly decided: number; readonly refused: number }
    readonly active: { readonly decided: number; readonly refused: number }
  } | null
}

const RESULTS = ['compared', 'gains', 'loses', 'other', 'failed', 'unknown', 'skipped'] as const
const OUTCOMES = ['promoted', 'rolled-back', 'ended'] as const
const POLICIES = ['candidate', 'active'] as const

/**
 * Of roll-outs. What is told of a trial begins anew with each, and is not there while nothing is on trial. Returns whom the end
 * of one is told.
 */
export function rolloutMetrics(registry: Registry, trial: () => TrialFigures | null): (outcome: string) => void {
  const registers = [registry]
  const gauge = (name: string, help: string, set: (gauge: Gauge, trial: TrialFigures) => void, labelNames: string[] = []) =>
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        const figures = trial()
        if (figures !== null) set(this, figures)
        // It would be 0, and look like one in shadow.
        else if (labelNames.length === 0) this.remove()
      },
    })
  gauge(
    'iap_rollout_share',
    'Of subjects, for which the policy on trial decides: from 0 (it is only compared) to 1.',
    (to, { parts }) => to.set(parts / 10_000),
  )
  gauge(
    'iap_rollout_step',
    'Of the roll-out, at which the policy on trial is, from 1 on; 0: an operator has set its share.',
    (to, { step }) => to.set(step),
  )
  gauge(
    'iap_rollout_requests',
    'Requests since the trial began, by what comparing the policy on trial with the active one came to.',
    (to, { tally }) => {
      for (const result of RESULTS) to.set({ result }, tally?.[result] ?? 0)
    },
    ['result'],
  )
  gauge(
    'iap_rollout_decided',
    'Requests since the trial began, by the policy that decided them, of the services of the share.',
    (to, { tally }) => {
      for (const policy of POLICIES) to.set({ policy }, tally?.[policy].decided ?? 0)
    },
    ['policy'],
  )
  gauge(
    'iap_rollout_refused',
    'Those of them that it refused.',
    (to, { tally }) => {
      for (const policy of POLICIES) to.set({ policy }, tally?.[policy].refused ?? 0)
    },
    ['policy'],
  )
  const over = new Counter({
    name: 'iap_rollouts_total',
    help: 'Policies that were on trial, by what has become of them: promoted, rolled-back or ended.',
    labelNames: ['outcome'],
    registers,
  })
  // From 0 on, so that the first of each shows as an increase.
  for (const outcome of OUTCOMES) over.inc({ outcome }, 0)
  return (outcome) => over.inc({ outcome })
}
