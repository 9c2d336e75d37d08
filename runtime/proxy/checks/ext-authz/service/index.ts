export type { CallAdmission } from './admit-call.ts'
export type {
  CheckRequestMessage,
  CheckResponseMessage,
  HeaderOptionMessage,
  HttpRequestMessage,
  PeerMessage,
} from './messages.ts'
export {
  type CheckHandlers,
  type CheckReply,
  type ConnectionLimits,
  type ServedConnection,
  serveConnection,
} from './serve-connection.ts'
