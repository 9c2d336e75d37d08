import { hostname } from 'node:os'
import { escapeControls } from '../../base/log.ts'
import { VERSION } from '../../base/version.ts'
import type { AuditConfig } from './audit-config.ts'
import { AUDIT_VERSION } from './audit-record.ts'
import type { Head } from './chain.ts'
import type { Omitted } from './sampling.ts'
import type { AuditSigner } from './signing-key.ts'

/** Records that a log holds about itself. Each has a `kind`, and a schema of its own beside this file. */

/** A stream that another process has told of. `gone`: its process has ended, and has not said so itself. */
export interface Witnessed extends Head {
  readonly state: 'open' | 'ended' | 'gone'
}

/** The first of a stream: who writes, and what of what there is. */
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
  /** Of the record before it. */
  readonly head: Head
  /** Of other processes, where one knows of them. */
  readonly streams: readonly Witnessed[]
  /** Whether it is the last of its stream. */
  readonly end: boolean
}

/** Signed is the line up to `,"signature":`. */
export function checkpointLine({ head, streams, end }: Checkpoint, signer: AuditSigner | null, now: number): string {
  const record = { version: AUDIT_VERSION, kind: 'checkpoint', time: timeOf(now), end, head, streams, key: signer?.kid ?? null }
  const signed = line(record).slice(0, -2)
  const signature = signer === null ? 'null' : `"${signer.sign(signed)}"`
  return `${signed},"signature":${signature}}\n`
}

/** `sample`: records that were counted and not kept, by what they were. `full`: records for which there was no room. */
export function omittedLine(why: 'sample' | 'full', since: number, count: number, of: readonly Omitted[], now: number): string {
  return line({ version: AUDIT_VERSION, kind: 'omitted', time: timeOf(now), since: timeOf(since), why, count, of })
}

export function line(record: object): string {
  return `${escapeControls(JSON.stringify(record))}\n`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
