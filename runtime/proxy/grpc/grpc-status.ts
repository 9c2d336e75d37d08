import type { Refusal } from '../refusals/refusal.ts'

/**
 * The status of a call that the proxy refuses: as a client would read the status of HTTP (gRPC, `http-grpc-status-mapping.md`),
 * and closer to what happened where gRPC has a word for it.
 */
export function grpcStatusOf({ code, status }: Pick<Refusal, 'code' | 'status'>): number {
  // To whoever calls, a method that nobody has declared is not there.
  if (code === 'no-route') return GRPC.unimplemented
  // As a quota of a caller is called there; whoever reads 429 would take the service for unavailable.
  if (code === 'rate-limited') return GRPC.resourceExhausted
  return byHttp[status] ?? GRPC.internal
}

const GRPC = {
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** Malformed requests, and the proxy's own mistakes, are 13. */
const byHttp: Readonly<Record<number, number>> = {
  401: GRPC.unauthenticated,
  403: GRPC.permissionDenied,
  404: GRPC.unimplemented,
  405: GRPC.unimplemented,
  408: GRPC.deadlineExceeded,
  413: GRPC.resourceExhausted,
  421: GRPC.unavailable,
  429: GRPC.unavailable,
  431: GRPC.resourceExhausted,
  501: GRPC.unimplemented,
  502: GRPC.unavailable,
  503: GRPC.unavailable,
  504: GRPC.deadlineExceeded,
}
