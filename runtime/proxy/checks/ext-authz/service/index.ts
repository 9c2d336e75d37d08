export type {
  CheckRequestMessage,
  CheckResponseMessage,
  HeaderOptionMessage,
  HttpRequestMessage,
  PeerMessage,
} from './messages.ts'
export type { CheckReply, DecideCheck } from './methods.ts'
export {
  type CheckHandlers,
  type ConnectionLimits,
  type ServedConnection,
  serveConnection,
} from './serve-connection.ts'
export type { CallAdmission } from './unary-call.ts'
