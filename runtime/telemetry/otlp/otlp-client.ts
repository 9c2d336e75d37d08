import type { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Dispatcher } from 'undici'
import { Agent } from '../../base/undici/index.ts'

export interface OtlpClientOptions {
  /** Whole: `http://127.0.0.1:4318/v1/logs`. */
  readonly url: string
  /** Beside its own. */
  readonly headers: Readonly<Record<string, string>>
  readonly encoding: Encoding
}

export type Encoding = 'protobuf' | 'json'

/** What became of an export. */
export type Exported =
  /** `answer`: what it says of those that it did not want. */
  | { readonly kind: 'taken'; readonly answer: Uint8Array }
  /** It must not be sent again. */
  | { readonly kind: 'refused'; readonly message: string }
  /** `wait`: milliseconds for which the collector wants to be left alone; null: it does not say. */
  | { readonly kind: 'later'; readonly message: string; readonly wait: number | null }

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' }
/** Milliseconds for an answer, as other exporters have it. */
const PATIENCE = 10_000
/** Milliseconds: whatever it says, it is looked after again, and not without a pause. */
const WAIT = { least: 100, most: 60_000 }
/** Bytes of an answer (OTLP specification, "OTLP/HTTP Response"). */
const MOST_ANSWER = 4 << 20
/** "Retryable Response Codes". */
const RETRYABLE = new Set([429, 502, 503, 504])

/**
 * OTLP over HTTP, one request after the other over one connection. What is to be sent again, and when, is the caller's: the
 * exporters of `@opentelemetry/exporter-*` give up after five times, and lose what they had.
 */
export class OtlpClient {
  readonly #options: OtlpClientOptions
  readonly #agent = new Agent({ connections: 1, pipelining: 1, connect: { timeout: PATIENCE } })

  constructor(options: OtlpClientOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async send(body: Uint8Array): Promise<Exported> {
    const { url, headers, encoding } = this.#options
    try {
      const { origin, pathname, search } = new URL(url)
      const answer = await this.#agent.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers: { ...headers, 'content-type': CONTENT_TYPES[encoding] },
        body,
        signal: AbortSignal.timeout(PATIENCE),
      })
      return await read(answer)
    } catch (error) {
      return { kind: 'later', message: messageOf(error), wait: null }
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Exported> {
  const bytes = await readAtMost(body)
  if (RETRYABLE.has(statusCode))
    return { kind: 'later', message: `it answers ${statusCode}`, wait: retryAfter(headers['retry-after'], Date.now()) }
  if (statusCode < 200 || statusCode > 299) return { kind: 'refused', message: `it answers ${statusCode}` }
  if (bytes === null) return { kind: 'refused', message: `its answer is longer than ${MOST_ANSWER} bytes` }
  return { kind: 'taken', answer: bytes }
}

/** Null: it is longer. */
async function readAtMost(body: Dispatcher.ResponseData['body']): Promise<Uint8Array | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MOST_ANSWER) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** RFC 9110 §10.2.3, in milliseconds; null: it says nothing that could be read. */
export function retryAfter(value: string | string[] | undefined, now: number): number | null {
  if (typeof value !== 'string') return null
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, WAIT.least), WAIT.most)
}

function messageOf(error: unknown): string {
  const { message, name, code } = error as Error & { readonly code?: unknown }
  return name === 'TimeoutError' ? 'it does not answer in time' : message || String(code ?? name)
}

export type LogsSerializer = typeof JsonLogsSerializer
export type TraceSerializer = typeof JsonTraceSerializer

/**
 * What writes OTLP. (`@opentelemetry/otlp-transformer`: by those who write the specification; it writes the bytes straight from
 * the records, with nothing but their own packages beneath it. Of its versions the last for Node 20.) It is loaded where there is
 * a collector, and nowhere else.
 */
export async function logsSerializer(encoding: Encoding): Promise<LogsSerializer> {
  const { JsonLogsSerializer, ProtobufLogsSerializer } = await import('@opentelemetry/otlp-transformer')
  return encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer
}

export async function traceSerializer(encoding: Encoding): Promise<TraceSerializer> {
  const { JsonTraceSerializer, ProtobufTraceSerializer } = await import('@opentelemetry/otlp-transformer')
  return encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer
}
