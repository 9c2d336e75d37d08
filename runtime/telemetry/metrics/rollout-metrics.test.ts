import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { type CandidateFigures, rolloutMetrics } from './rollout-metrics.ts'

const decisions = { decided: 10, refused: 1 }
const tally = {
  compared: 90,
  newlyPermitted: 1,
  newlyDenied: 2,
  other: 3,
  failed: 0,
  unknown: 4,
  skipped: 5,
  candidate: decisions,
  active: decisions,
}

const lines = async (registry: Registry) =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))

test('the candidate is told while it is, and what became of others always', async () => {
  const registry = new Registry()
  let candidate: CandidateFigures | null = null
  const over = rolloutMetrics(registry, () => candidate)
  const none = ['promoted', 'rolled-back', 'ended'].map((outcome) => `iap_rollouts_total{outcome="${outcome}"} 0`)
  expect(await lines(registry)).toEqual(none)
  candidate = { parts: 1000, step: 2, tally }
  expect(await lines(registry)).toEqual([
    'iap_rollout_share 0.1',
    'iap_rollout_step 2',
    'iap_rollout_requests{result="compared"} 90',
    'iap_rollout_requests{result="newlyPermitted"} 1',
    'iap_rollout_requests{result="newlyDenied"} 2',
    'iap_rollout_requests{result="other"} 3',
    'iap_rollout_requests{result="failed"} 0',
    'iap_rollout_requests{result="unknown"} 4',
    'iap_rollout_requests{result="skipped"} 5',
    'iap_rollout_decided{policy="candidate"} 10',
    'iap_rollout_decided{policy="active"} 10',
    'iap_rollout_refused{policy="candidate"} 1',
    'iap_rollout_refused{policy="active"} 1',
    ...none,
  ])
  candidate = null
  over('promoted')
  over('promoted')
  over('ended')
  expect(await lines(registry)).toEqual([
    'iap_rollouts_total{outcome="promoted"} 2',
    'iap_rollouts_total{outcome="rolled-back"} 0',
    'iap_rollouts_total{outcome="ended"} 1',
  ])
})
