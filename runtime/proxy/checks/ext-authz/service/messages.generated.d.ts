import type { CheckRequestMessage, CheckResponseMessage, OkResponseMessage } from './messages.ts'

/** Reads and writes messages of one type. `decode` throws on malformed bytes, and ignores unknown fields. */
interface Codec<Message> {
  decode(bytes: Uint8Array): Message
  encode(message: Message): { finish(): Uint8Array }
}

export const envoy: {
  readonly service: {
    readonly auth: {
      readonly v3: {
        readonly CheckRequest: Codec<CheckRequestMessage>
        readonly CheckResponse: Codec<CheckResponseMessage>
        readonly OkHttpResponse: Codec<OkResponseMessage>
      }
    }
  }
}
export const grpc: {
  readonly health: {
    readonly v1: {
      readonly HealthCheckRequest: Codec<{ readonly service?: string }>
      readonly HealthCheckResponse: Codec<{ readonly status?: number }>
    }
  }
}
