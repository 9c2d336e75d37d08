export { counter, gauge } from './instruments.ts'
export {
  auditMetrics,
  createMetrics,
  expose,
  type MetricData,
  type MetricSources,
  type Metrics,
  noMetrics,
} from './metrics.ts'
export { ownProcess } from './own-process.ts'
export { type PolicyLoads, policyExpiry, policyLoads } from './policy-loads.ts'
export { type CandidateFigures, rolloutMetrics } from './rollout-metrics.ts'
export { addTallies, lastingTallies, requestsIn, type Tallies } from './tallies.ts'
