export { type AdminOptions, type AdminSources, createAdminServer } from './admin-server.ts'
export { createMetrics, type MetricData, type MetricSources, type Metrics } from './metrics.ts'
export { ownProcess } from './own-process.ts'
export { type Readiness, readinessOf, verboseReadiness } from './readiness.ts'
