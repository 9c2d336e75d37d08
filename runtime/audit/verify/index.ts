export { LineSplitter } from './line-splitter.ts'
export { type KnownHead, LogVerifier, type VerifyOptions } from './log-verifier.ts'
export type { Fault, FaultCode, Note, Report, StreamReport } from './report.ts'
