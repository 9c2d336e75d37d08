export { residentMemory } from '../../base/resident-memory.ts'
export { connectionsThatFit, memoryShare } from './machine.ts'
export { type Memory, OverloadManager, type OverloadManagerOptions, type OverloadReason } from './overload-manager.ts'
