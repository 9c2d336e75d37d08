import type { RequestContext } from '../request-context.ts'

/** Whether a request is a gRPC call: POST, `Content-Type`, and HTTP/2. Refusals of others must not have status 200. */
export function isGrpc({ answer, request, incoming }: RequestContext): boolean {
  // Cheap tests first; most requests fail them.
  if (!answer.multiplexed || incoming.method !== 'POST') return false
  return isGrpcType(request === null ? rawType(incoming.rawHeaders) : request.headers.get('content-type'))
}

/** `application/grpc` with or without an encoding; not `application/grpc-web`, another protocol. */
export function isGrpcType(type: string | undefined): boolean {
  return type !== undefined && grpcType.test(type)
}

const grpcType = /^application\/grpc(?:\+[^;]*)?[ \t]*(?:;|$)/i

/** For malformed requests; it affects the refusal's format only. */
function rawType(raw: readonly string[]): string | undefined {
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'content-type') return raw[i + 1]
  return undefined
}
