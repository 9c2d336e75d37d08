import type { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Dispatcher } from 'undici'
import { Agent } from '../../base/undici/index.ts'

export interface OtlpClientOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly encoding: Encoding
}

export type Encoding = 'protobuf' | 'json'

export type Exported =
  /** `answer`: the response, which may reject parts. */
  | { readonly kind: 'taken'; readonly answer: Uint8Array }
  /** It must not be repeated. */
  | { readonly kind: 'refused'; readonly message: string }
  /** `wait`: milliseconds requested by the collector; null: unspecified. */
  | { readonly kind: 'later'; readonly message: string; readonly wait: number | null }

const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' }
/** Milliseconds to wait for a response, as in other exporters. */
const PATIENCE = 10_000
/** Least and greatest wait that a response may request, in milliseconds. */
const WAIT = { least: 100, most: 60_000 }
/** Maximum size of a response in bytes (OTLP specification, "OTLP/HTTP Response"). */
const MOST_ANSWER = 4 << 20
/** Status codes after which a request is repeated (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504])

/**
 * A client for OTLP over HTTP, with one connection. Callers repeat failed exports without limit, unlike
 * `@opentelemetry/exporter-*`, which give up after five attempts.
 */
export class OtlpClient {
  readonly #options: OtlpClientOptions
  readonly #agent = new Agent({ connections: 1, pipelining: 1, connect: { timeout: PATIENCE } })

  constructor(options: OtlpClientOptions) {
    this.#options = options
  }

  /** Sends an export request. Never rejects. */
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
    return {
      kind: 'later',
      message: `the OTLP collector answered ${statusCode}: the proxy tries again`,
      wait: retryAfter(headers['retry-after'], Date.now()),
    }
  if (statusCode < 200 || statusCode > 299)
    return {
      kind: 'refused',
      message: `the OTLP collector answered ${statusCode}: check its address and the configured \`headers\``,
    }
  if (bytes === null)
    return {
      kind: 'refused',
      message: `the response of the OTLP collector is longer than ${MOST_ANSWER} bytes: check its address`,
    }
  return { kind: 'taken', answer: bytes }
}

/** Reads the body of a response. Returns null if it is too long. */
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

/** Parses a `Retry-After` header (RFC 9110, section 10.2.3) into milliseconds. Returns `null` if it is absent or invalid. */
export function retryAfter(value: string | string[] | undefined, now: number): number | null {
  if (typeof value !== 'string') return null
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, WAIT.least), WAIT.most)
}

function messageOf(error: unknown): string {
  const { message, name, code } = error as Error & { readonly code?: unknown }
  return name === 'TimeoutError' ? 'it did not respond in time' : message || String(code ?? name)
}

export type LogsSerializer = typeof JsonLogsSerializer
export type TraceSerializer = typeof JsonTraceSerializer

/**
 * Loads the OTLP serializer on demand. `@opentelemetry/otlp-transformer` serializes records directly and depends on
 * OpenTelemetry packages only; its version is the last one for Node 20.
 */
export async function logsSerializer(encoding: Encoding): Promise<LogsSerializer> {
  const { JsonLogsSerializer, ProtobufLogsSerializer } = await import('@opentelemetry/otlp-transformer')
  return encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer
}

export async function traceSerializer(encoding: Encoding): Promise<TraceSerializer> {
  const { JsonTraceSerializer, ProtobufTraceSerializer } = await import('@opentelemetry/otlp-transformer')
  return encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer
}
