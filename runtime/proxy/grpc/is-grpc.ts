import type { RequestContext } from '../request-context.ts'

/**
 * Whether a request is a call of gRPC: a POST, by its `Content-Type`, and over HTTP/2, without which there is no gRPC. What else
 * bears that type is a request like any other, and is not told of a refusal with status 200.
 */
export function isGrpc({ answer, request, incoming }: RequestContext): boolean {
  // Most requests that are none fail the first tests, which cost nothing.
  if (!answer.multiplexed || incoming.method !== 'POST') return false
  return isGrpcType(request === null ? rawType(incoming.rawHeaders) : request.headers.get('content-type'))
}

/** `application/grpc`, with the name of an encoding or without; not `application/grpc-web`, which is another protocol. */
export function isGrpcType(type: string | undefined): boolean {
  return type !== undefined && grpcType.test(type)
}

const grpcType = /^application\/grpc(?:\+[^;]*)?[ \t]*(?:;|$)/i

/** Of a request that has no reading: how it is refused, and nothing else, depends on it. */
function rawType(raw: readonly string[]): string | undefined {
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'content-type') return raw[i + 1]
  return undefined
}
