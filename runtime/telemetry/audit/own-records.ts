import { hostname } from 'node:os'
import { escapeControls } from '../../base/log.ts'
import { VERSION } from '../../base/version.ts'
import type { AuditConfig } from './audit-config.ts'
import { AUDIT_VERSION } from './audit-record.ts'
import type { Head } from './chain.ts'
import type { Omitted } from './sampling.ts'
import type { AuditSigner } from './signing-key.ts'

/** Records that a log writes about itself. Each has a `kind`, and a schema beside this file. */

/**
 * Last known position of another process's hash chain. `open`: the process may write more. `ended`: it wrote a final checkpoint.
 * `gone`: it ended without one.
 */
export interface Witnessed extends Head {
  readonly state: 'open' | 'ended' | 'gone'
}

/** Returns the first line of a hash chain, with the process that writes it and the settings for sampling and redaction. */
export function streamLine(config: AuditConfig, process: string, kid: string | null, after: Head | null, now: number): string {
  return line({
    version: AUDIT_VERSION,
    kind: 'stream',
    time: timeOf(now),
    process,
    pid: globalThis.process.pid,
    host: hostname(),
    proxy: VERSION,
    key: kid,
    after,
    sample: config.sample,
    redact: { omit: config.redact?.omit ?? [], hash: config.redact?.hash ?? [] },
    whenFull: config.whenFull,
  })
}

export interface Checkpoint {
  readonly head: Head
  /** Last known positions of other processes' hash chains in the same file. */
  readonly streams: readonly Witnessed[]
  /** Whether the checkpoint is the last record of its stream. */
  readonly end: boolean
}

/**
 * Returns the line of a checkpoint: a record of the chain's position, signed if there is a key. The signature covers the line up
 * to `,"signature":`.
 */
export function checkpointLine({ head, streams, end }: Checkpoint, signer: AuditSigner | null, now: number): string {
  const record = { version: AUDIT_VERSION, kind: 'checkpoint', time: timeOf(now), end, head, streams, key: signer?.kid ?? null }
  const signed = line(record).slice(0, -2)
  const signature = signer === null ? 'null' : `"${signer.sign(signed)}"`
  return `${signed},"signature":${signature}}\n`
}

/**
 * Returns a line that counts omitted records. `sample`: sampling did not keep them. `full`: they were lost for lack of
 * capacity.
 */
export function omittedLine(why: 'sample' | 'full', since: number, count: number, of: readonly Omitted[], now: number): string {
  return line({ version: AUDIT_VERSION, kind: 'omitted', time: timeOf(now), since: timeOf(since), why, count, of })
}

export function line(record: object): string {
  return `${escapeControls(JSON.stringify(record))}\n`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
