export { type AdminSources, createAdminServer } from './admin-server.ts'
export { createMetrics, type MetricSources, type Metrics } from './metrics.ts'
export { type Readiness, readinessOf, verboseReadiness } from './readiness.ts'
