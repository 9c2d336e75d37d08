import type { Registry } from 'prom-client'
import { counter, gauge } from './instruments.ts'

export interface CandidateFigures {
  /** Number of subjects out of 10,000 for which the candidate decides. */
  readonly parts: number
  /** Number of the current step, counted from 1, or 0 if an operator has set the share. */
  readonly step: number
  readonly tally: {
    readonly compared: number
    readonly newlyPermitted: number
    readonly newlyDenied: number
    readonly other: number
    readonly failed: number
    readonly unknown: number
    readonly skipped: number
    readonly candidate: { readonly decided: number; readonly refused: number }
    readonly active: { readonly decided: number; readonly refused: number }
  } | null
}

const RESULTS = ['compared', 'newlyPermitted', 'newlyDenied', 'other', 'failed', 'unknown', 'skipped'] as const
const OUTCOMES = ['promoted', 'rolled-back', 'ended'] as const
const POLICIES = ['candidate', 'active'] as const

/**
 * Adds metrics of rollouts. The metrics of a candidate begin again with each candidate and are absent without one. Returns a
 * function to call with the outcome of each candidate.
 */
export function rolloutMetrics(registry: Registry, candidate: () => CandidateFigures | null): (outcome: string) => void {
  const read = (name: string, help: string, value: (candidate: CandidateFigures) => number) =>
    gauge(registry, name, help, () => {
      const figures = candidate()
      // 0 would look like shadow.
      return figures && value(figures)
    })
  read(
    'iap_rollout_share',
    'Share of subjects for which the candidate decides: from 0 (it is only compared) to 1.',
    ({ parts }) => parts / 10_000,
  )
  read('iap_rollout_step', 'Current step of the rollout, from 1; 0 if an operator has set the share.', ({ step }) => step)
  const each = <Name extends string>(
    name: string,
    help: string,
    label: string,
    of: readonly Name[],
    value: (tally: NonNullable<CandidateFigures['tally']>, of: Name) => number,
  ) =>
    gauge(
      registry,
      name,
      help,
      () => {
        const figures = candidate()
        return figures === null ? [] : of.map((one) => [{ [label]: one }, figures.tally ? value(figures.tally, one) : 0])
      },
      { labels: [label] },
    )
  each(
    'iap_rollout_requests',
    'Requests since the rollout began, by the result of comparing the candidate with the active policy.',
    'result',
    RESULTS,
    (tally, result) => tally[result],
  )
  each(
    'iap_rollout_decided',
    'Requests since the rollout began to the services of the share, by the policy that decided them.',
    'policy',
    POLICIES,
    (tally, policy) => tally[policy].decided,
  )
  each(
    'iap_rollout_refused',
    'Requests of iap_rollout_decided that the policy refused.',
    'policy',
    POLICIES,
    (tally, policy) => tally[policy].refused,
  )
  const over = counter(
    registry,
    'iap_rollouts_total',
    'Former candidates, by outcome: promoted, rolled-back or ended.',
    ['outcome'],
    OUTCOMES,
  )
  return (outcome) => over.inc({ outcome })
}
