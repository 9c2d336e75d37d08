export { isCodeCheck, runCodeCheck } from './code-check/run-code-check.ts'
export { isWorker, runWorker } from './run-worker.ts'
export { type SuperviseOptions, supervise } from './supervise.ts'
