import type { LogsSerializer, TraceSerializer } from './otlp-client.ts'

export interface Rejected {
  readonly count: number
  readonly why: string | null
}

/** A response for logs or spans. In JSON, 64-bit numbers are texts. */
interface PartialSuccess {
  readonly rejectedLogRecords?: unknown
  readonly rejectedSpans?: unknown
  readonly errorMessage?: unknown
}

const NOTHING: Rejected = { count: 0, why: null }
/** Maximum length of its message in characters. */
const MOST_TEXT = 500

/**
 * Returns the records that a collector rejected in an accepted export (OTLP specification, "Partial Success"). An invalid
 * response rejects none.
 */
export function rejectedOf(serializer: LogsSerializer | TraceSerializer, answer: Uint8Array, sent: number): Rejected {
  if (answer.length === 0) return NOTHING
  try {
    const { partialSuccess } = serializer.deserializeResponse(answer) as { readonly partialSuccess?: PartialSuccess | null }
    const { rejectedLogRecords, rejectedSpans, errorMessage } = partialSuccess ?? {}
    const said = Number(rejectedLogRecords ?? rejectedSpans ?? 0)
    const count = said > 0 ? Math.min(said, sent) : 0
    const why = typeof errorMessage === 'string' ? errorMessage.slice(0, MOST_TEXT) : ''
    return { count, why: why || (count > 0 ? 'it gave no reason' : null) }
  } catch {
    return NOTHING
  }
}
