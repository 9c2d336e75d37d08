export { kindOf, type LogRecord, readRecord, textAt, valueAt } from './log-record.ts'
export { type Counts, LogStats, type Stats } from './log-stats.ts'
export type { Figures } from './percentiles.ts'
export { filterOf } from './record-filter.ts'
