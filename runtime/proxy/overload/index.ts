export { connectionsThatFit, descriptorsFor, descriptorsOfProcess, memoryShare } from './machine.ts'
export { OverloadManager, type OverloadReason } from './overload-manager.ts'
