import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
// The definitions of OpenTelemetry, compiled by protobufjs: as the package had them before it wrote the bytes itself.
import definitions from 'otlp-definitions/build/src/generated/root.js'

// biome-ignore lint/suspicious/noExplicitAny: what its types say is a root without names.
type Any = any

interface Message {
  decode(bytes: Uint8Array): Any
  encode(object: Any): { finish(): Uint8Array }
  fromObject(object: object): Any
  toObject(object: Any, options?: object): Any
}

const { logs, trace } = (definitions as Any).opentelemetry.proto.collector
const { ExportLogsServiceRequest, ExportLogsServiceResponse } = logs.v1 as Record<string, Message>
const { ExportTraceServiceRequest, ExportTraceServiceResponse } = trace.v1 as Record<string, Message>

export interface ReceivedLog {
  readonly time: string
  readonly severity: number
  readonly severityText: string
  readonly eventName: string
  readonly body: unknown
  readonly traceId: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly flags: number
  readonly name: string
  readonly kind: number
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly status: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** How a request is answered: its status, and of a partial success how many were rejected. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly rejected?: number
  readonly message?: string
  /** In place of all of it. */
  readonly body?: Uint8Array
  /** Never, or by ending the connection. */
  readonly silent?: 'hang' | 'cut'
}

export interface Collector {
  /** The address that a configuration names. */
  readonly url: string
  /** Of answers that took them. */
  readonly logs: readonly ReceivedLog[]
  readonly spans: readonly ReceivedSpan[]
  /** All that came, with their headers. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
  /** What the next requests are answered; then all are taken again. */
  answer(...answers: readonly Answer[]): void
  /** Nobody listens there any more; `start`: again, on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** A server that decodes what it gets by the official definitions, and refuses what is not by them. */
export async function startCollector(): Promise<Collector> {
  const taken: ReceivedLog[] = []
  const spans: ReceivedSpan[] = []
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = []
  const answers: Answer[] = []
  let port = 0
  let server = createServer(take)

  /** What cannot be decoded is refused, as collectors do. */
  function take(incoming: IncomingMessage, response: ServerResponse): void {
    receive(incoming, response).catch(() => void response.writeHead(400).end())
  }

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const path = incoming.url ?? ''
    requests.push({ path, headers: incoming.headers })
    const answer = answers.shift() ?? {}
    if (answer.silent === 'hang') return
    if (answer.silent === 'cut') return void incoming.socket.destroy()
    const { status = 200, rejected, message } = answer
    const isJson = incoming.headers['content-type'] === 'application/json'
    const signal = signals[path]
    if (incoming.method !== 'POST' || signal === undefined) return void response.writeHead(404).end()
    if (status === 200) signal.take(Buffer.concat(chunks), isJson)
    const isPartial = rejected !== undefined || message !== undefined
    const made = signal.answer.fromObject(
      isPartial ? { partialSuccess: { [signal.rejected]: rejected ?? 0, errorMessage: message ?? '' } } : {},
    )
    const json = () => Buffer.from(JSON.stringify(signal.answer.toObject(made, { longs: String })))
    response.writeHead(status, { 'content-type': incoming.headers['content-type'], ...answer.headers })
    response.end(answer.body ?? (isJson ? json() : signal.answer.encode(made).finish()))
  }

  function logRecords(bytes: Buffer, isJson: boolean): void {
    const decoded = ExportLogsServiceRequest?.toObject(decode(ExportLogsServiceRequest as Message, bytes, isJson), PLAIN)
    for (const { resource, scopeLogs } of decoded.resourceLogs)
      for (const { logRecords: records } of scopeLogs)
        for (const one of records)
          taken.push({
            time: one.timeUnixNano,
            severity: one.severityNumber,
            severityText: one.severityText,
            eventName: one.eventName,
            body: plain(one.body),
            traceId: hex(one.traceId),
            attributes: attributesOf(one.attributes),
            resource: attributesOf(resource.attributes),
          })
  }

  function traces(bytes: Buffer, isJson: boolean): void {
    const decoded = ExportTraceServiceRequest?.toObject(decode(ExportTraceServiceRequest as Message, bytes, isJson), PLAIN)
    for (const { resource, scopeSpans } of decoded.resourceSpans)
      for (const { spans: some } of scopeSpans)
        for (const one of some)
          spans.push({
            traceId: hex(one.traceId),
            spanId: hex(one.spanId),
            parentSpanId: hex(one.parentSpanId),
            traceState: one.traceState,
            flags: one.flags,
            name: one.name,
            kind: one.kind,
            start: BigInt(one.startTimeUnixNano),
            end: BigInt(one.endTimeUnixNano),
            status: one.status?.code ?? 0,
            attributes: attributesOf(one.attributes),
            resource: attributesOf(resource.attributes),
          })
  }

  const signals: Readonly<Record<string, { take(bytes: Buffer, isJson: boolean): void; answer: Message; rejected: string }>> = {
    '/v1/logs': { take: logRecords, answer: ExportLogsServiceResponse as Message, rejected: 'rejectedLogRecords' },
    '/v1/traces': { take: traces, answer: ExportTraceServiceResponse as Message, rejected: 'rejectedSpans' },
  }

  async function start(): Promise<void> {
    server = createServer(take)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function stop(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    logs: taken,
    spans,
    requests,
    answer: (...more) => void answers.push(...more),
    stop,
    start,
    close: stop,
  }
}

const PLAIN = { longs: String, enums: Number, bytes: Buffer, defaults: true, arrays: true } as const

/** "JSON Protobuf Encoding": identifiers are hexadecimal there, and numbers of 64 bits texts. */
function decode(type: Message, bytes: Buffer, isJson: boolean): Any {
  if (!isJson) return type.decode(bytes)
  const object = JSON.parse(bytes.toString(), (key, value) =>
    /^(?:traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(value, 'hex') : value,
  )
  return type.fromObject(object)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function attributesOf(list: readonly { readonly key: string; readonly value: Any }[]): Readonly<Record<string, unknown>> {
  const keys = list.map(({ key }) => key)
  if (new Set(keys).size !== keys.length) throw new Error('a key stands in attributes twice')
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]))
}

function plain(value: Any): unknown {
  if (value === null || value === undefined) return null
  if (typeof value.stringValue === 'string') return value.stringValue
  if (typeof value.boolValue === 'boolean') return value.boolValue
  if (value.intValue !== undefined && value.intValue !== null) return Number(value.intValue)
  if (typeof value.doubleValue === 'number') return value.doubleValue
  if (value.arrayValue) return value.arrayValue.values.map(plain)
  if (value.kvlistValue) return attributesOf(value.kvlistValue.values)
  return null
}
