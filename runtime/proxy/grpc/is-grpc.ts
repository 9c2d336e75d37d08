import type { RequestContext } from '../request-context.ts'

/**
 * Returns whether a request is a gRPC call: POST over HTTP/2 with a gRPC content type. Refusals of other requests must not have
 * the status 200.
 */
export function isGrpc({ answer, request, incoming }: RequestContext): boolean {
  // Cheap tests first; most requests fail them.
  if (!answer.multiplexed || incoming.method !== 'POST') return false
  return isGrpcType(request === null ? rawType(incoming.rawHeaders) : request.headers.get('content-type'))
}

/**
 * Returns whether a content type is `application/grpc`, with or without an encoding. `application/grpc-web` is another
 * protocol.
 */
export function isGrpcType(type: string | undefined): boolean {
  return type !== undefined && grpcType.test(type)
}

const grpcType = /^application\/grpc(?:\+[^;]*)?[ \t]*(?:;|$)/i

/** For malformed requests; it affects the refusal's format only. */
function rawType(raw: readonly string[]): string | undefined {
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'content-type') return raw[i + 1]
  return undefined
}
