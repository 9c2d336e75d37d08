export { residentMemory } from '../../base/resident-memory.ts'
export { Guard, type GuardOptions, type Memory, type Strain } from './guard.ts'
export { connectionsThatFit, memoryShare } from './machine.ts'
