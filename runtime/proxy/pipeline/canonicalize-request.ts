import { type Canonical, type CanonicalHeaders, type CanonicalRequest, canonicalize, type Trust } from '../../../request/index.ts'
import type { RequestSpan, Tracer } from '../../telemetry/traces/index.ts'
import { isMisdirected, schemeOf } from '../../tls/index.ts'
import { endConnection, peerOf } from '../connections/index.ts'
import type { InboundRequest } from '../inbound-request.ts'
import { malformed, refusalOf } from '../refusals/index.ts'
import type { RequestContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/** Parses the request into its canonical form (`spec/language/canonical-request.md`), and begins its trace span. */
export function canonicalizeRequest(context: RequestContext): StageResult {
  const { proxy, incoming, trust } = context
  const canonical = incoming.canonicalize?.(trust) ?? readHttp1(incoming, trust)
  if (!canonical.ok) {
    // Synchronously: Node passes the next pipelined request before any awaited code runs.
    endConnection(incoming)
    return malformed(canonical.refusal)
  }
  const { request } = canonical
  context.request = request
  if (proxy.tracer !== null) context.span = beginSpan(proxy.tracer, incoming, request)
  if (isMisdirected(incoming.socket, request.host)) return refusalOf('misdirected')
  if (!expectsOnlyContinue(request.headers)) return refusalOf('expectation-failed', { close: true })
  return CONTINUE
}

function readHttp1({ method = '', url = '', httpVersion, rawHeaders, socket }: InboundRequest, trust: Trust | null): Canonical {
  return canonicalize({ method, target: url, httpVersion, rawHeaders, peer: peerOf(socket) ?? '', trust })
}

function beginSpan(tracer: Tracer, { httpVersion, socket }: InboundRequest, request: CanonicalRequest): RequestSpan | null {
  const scheme = schemeOf(request, socket)
  return tracer.begin(request.headers, { scheme, port: request.port, httpVersion: httpVersion === '2.0' ? '2' : httpVersion })
}

function expectsOnlyContinue(headers: CanonicalHeaders): boolean {
  return headers.count('expect') === 0 || headers.get('expect')?.toLowerCase() === '100-continue'
}
