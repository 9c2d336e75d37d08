import type { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Encoding } from './otlp-client.ts'

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
