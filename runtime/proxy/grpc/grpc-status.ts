import { GRPC } from '../../base/grpc.ts'
import type { Refusal } from '../refusals/refusal.ts'

/**
 * Returns the gRPC status code of a refusal: mapped from its HTTP status (`http-grpc-status-mapping.md` of gRPC), or a more
 * specific code.
 */
export function grpcStatusOf({ code, status }: Pick<Refusal, 'code' | 'status'>): number {
  // An undeclared method does not exist for callers.
  if (code === 'no-route') return GRPC.unimplemented
  // Unlike 429, which clients would map to unavailable.
  if (code === 'rate-limited') return GRPC.resourceExhausted
  return byHttp[status] ?? GRPC.internal
}

/** Malformed requests and internal errors are 13. */
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
