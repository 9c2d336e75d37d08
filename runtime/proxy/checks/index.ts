export { CheckAnswer, type CheckVerdict, type PermittedCheck, type RefusedCheck } from './check-answer.ts'
export { CheckIncoming } from './check-incoming.ts'
export type { CheckedRequest } from './checked-request.ts'
export { permittedHeaders } from './permitted-headers.ts'
