export { type Attributes, knownMethod, put, putMethod } from './attributes.ts'
export { Backoff } from './backoff.ts'
export {
  type Encoding,
  type LogsSerializer,
  logsSerializer,
  OtlpClient,
  type OtlpClientOptions,
  type TraceSerializer,
  traceSerializer,
} from './otlp-client.ts'
export { type Rejected, rejectedOf } from './partial-success.ts'
export { telemetrySource } from './telemetry-source.ts'
