export { LineSplitter } from './line-splitter.ts'
export { type KnownHead, LogVerifier, type VerifyOptions } from './log-verifier.ts'
export type { Report } from './report.ts'
