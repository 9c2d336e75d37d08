import type { Clients } from '../bootstrap/open-clients.ts'
import type { Tls } from '../bootstrap/open-tls.ts'
import type { Config } from '../config/index.ts'
import type { LoadedBundle } from './load-bundle.ts'

/** The configuration and its opened files, by which checks reach servers. */
export interface DoctorContext {
  readonly config: Config
  readonly tls: Tls
  readonly clients: Clients
  /** Returns milliseconds since 1970. */
  readonly clock: () => number
  /** Milliseconds to wait for one connection or response. */
  readonly patience: number
  /** Aborts when the time of all checks is over. */
  readonly signal: AbortSignal
  /** The bundle of the configured source, fetched once for all checks. Never rejects. */
  readonly bundle: Promise<LoadedBundle>
}

export const SILENT = { info: () => {}, warn: () => {}, error: () => {} }
