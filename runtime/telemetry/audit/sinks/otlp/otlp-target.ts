import type { Log } from '../../../../base/log.ts'
import { Backoff, logsSerializer, OtlpClient, rejectedOf } from '../../../otlp/index.ts'
import { type LineTarget, linesIn, WriteError } from '../line-target.ts'
import type { OtlpSinkConfig } from '../sink-config.ts'
import { logRecordOf } from './log-record.ts'

/** Milliseconds for which lines are collected, as collectors should get a few requests a second. */
const GATHER = 200

/**
 * Opens a target that exports to an OpenTelemetry collector. It tries again if the collector is busy, and counts rejected
 * records (OTLP specification, "Failures").
 */
export async function openOtlpTarget(
  { url, encoding, format }: OtlpSinkConfig & { readonly format: 'iap' | 'ocsf' },
  headers: Readonly<Record<string, string>>,
  log: Log,
): Promise<LineTarget> {
  const client = new OtlpClient({ url, headers, encoding })
  const serializer = await logsSerializer(encoding)
  const backoff = new Backoff()
  const name = `the collector at ${new URL(url).host}`
  let refused = 0
  let complaint: string | null = null

  async function send(lines: readonly string[]): Promise<void> {
    const exported = await client.send(bodyOf(lines))
    if (exported.kind === 'later') throw new WriteError(exported.message, 0, exported.wait ?? backoff.next())
    backoff.reset()
    if (exported.kind === 'refused') return complain(lines.length, exported.message)
    const { count, why } = rejectedOf(serializer, exported.answer, lines.length)
    if (why === null) complaint = null
    else complain(count, why)
  }

  function bodyOf(lines: readonly string[]): Uint8Array {
    const body = serializer.serializeRequest(lines.map((line) => logRecordOf(line, format === 'ocsf')))
    if (body === undefined) throw new Error('audit records cannot be serialized as OTLP: this is a bug in iap; report it')
    return body
  }

  /** Logs each reason once. */
  function complain(records: number, why: string): void {
    refused += records
    if (complaint === why) return
    complaint = why
    const says = records > 0 ? 'rejected some audit records' : 'reports about audit records'
    log.error(`${name} ${says}: ${why}`, { records })
  }

  return {
    name,
    gather: GATHER,
    get refused() {
      return refused
    },
    write: (bytes) => send(linesIn(bytes)),
    reopen: async () => {},
    close: () => client.close(),
  }
}
