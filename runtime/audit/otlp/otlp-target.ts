import type { Log } from '../../log.ts'
import { Backoff, logsSerializer, OtlpClient } from '../../otlp/index.ts'
import { type LineTarget, WriteError } from '../line-target.ts'
import { linesIn } from '../lines-in.ts'
import type { OtlpSinkConfig, SinkConfig } from '../sink-config.ts'
import { logRecordOf } from './log-record.ts'

/** Milliseconds: a collector gets a few requests a second, not one for each that we answer. */
const GATHER = 200

/** A collector of OpenTelemetry. What it has no room for is sent again until it has; what it refuses must not be (OTLP specification, "Failures"), and is counted. */
export async function openOtlpTarget(
  { url, encoding, format }: OtlpSinkConfig & Pick<SinkConfig, 'format'>,
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
    const { rejected, message } = rejectedIn(exported.answer)
    if (rejected > 0 || message !== null) complain(Math.min(rejected, lines.length), message ?? 'it does not say why')
    else complaint = null
  }

  function bodyOf(lines: readonly string[]): Uint8Array {
    const body = serializer.serializeRequest(lines.map((line) => logRecordOf(line, format === 'ocsf')))
    if (body === undefined) throw new Error('records cannot be written as OTLP')
    return body
  }

  /** Once for each reason: it may go on for long. */
  function complain(records: number, why: string): void {
    refused += records
    if (complaint === why) return
    complaint = why
    log.error(`${name} does not want all audit records: ${why}`, { records })
  }

  /** The specification's answer of a whole or a partial success. What is no such answer rejects nothing. */
  function rejectedIn(answer: Uint8Array): { readonly rejected: number; readonly message: string | null } {
    if (answer.length === 0) return { rejected: 0, message: null }
    try {
      const { partialSuccess } = serializer.deserializeResponse(answer)
      // JSON has numbers of 64 bits as texts.
      return { rejected: Number(partialSuccess?.rejectedLogRecords ?? 0), message: partialSuccess?.errorMessage || null }
    } catch {
      return { rejected: 0, message: null }
    }
  }

  return {
    name,
    gather: GATHER,
    get refused() {
      return refused
    },
    write: (bytes) => send(linesIn(bytes)),
    // An export of nothing is one that succeeds ("Full Success").
    async check() {
      const exported = await client.send(bodyOf([]))
      if (exported.kind !== 'taken') throw new Error(`${name} cannot be written to: ${exported.message}`)
    },
    reopen: async () => {},
    close: () => client.close(),
  }
}
