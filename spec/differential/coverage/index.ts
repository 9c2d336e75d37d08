export { Coverage } from './coverage.ts'
export { showCounts } from './show-counts.ts'
