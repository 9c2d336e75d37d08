export { isWorker, runWorker } from './run-worker.ts'
export { type SuperviseOptions, supervise } from './supervise.ts'
