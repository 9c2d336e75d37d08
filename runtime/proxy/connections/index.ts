export { certificateOf, refusedCertificate } from './certificate-of.ts'
export { closeReasonOf, endConnection, hasEnded, peerOf } from './connection-state.ts'
export { lingerAfter } from './linger.ts'
export { turnInPipeline } from './pipelining-queue.ts'
