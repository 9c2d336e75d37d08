export { runRole } from './role.ts'
export { type SuperviseOptions, supervise } from './supervise.ts'
