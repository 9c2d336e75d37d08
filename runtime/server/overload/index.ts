export { Guard, type GuardOptions, type Memory, type Strain } from './guard.ts'
export { connectionsThatFit, memoryShare } from './machine.ts'
export { residentMemory } from './resident-memory.ts'
