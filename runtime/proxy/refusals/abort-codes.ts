/**
 * The codes of aborted requests, which end before their response is complete and without an error response. The proxy or the
 * client has closed the connection or reset the stream. Audit records and metrics contain them; clients do not receive them.
 */
export const abortCodes = {
  'client-closed': {
    detail: 'The client closed the connection or reset the HTTP/2 stream before the response was complete.',
    advice: 'Compare `durations.total` in the audit record with the timeout of the client. Otherwise no action is required.',
  },
  'client-stalled': {
    detail: 'The client did not read the response for `limits.stalled`, so the proxy reset its connection or stream.',
    advice: 'Check the client and the network. If clients pause for longer by design, increase `limits.stalled`.',
  },
  'too-many-pipelined': {
    detail: 'The client sent more than 64 requests on one HTTP/1.1 connection without waiting for a response.',
    advice: 'Limit pipelining in the client, open more connections, or use HTTP/2.',
  },
  'too-many-resets': {
    detail: 'The client reset too many HTTP/2 streams, so the proxy closed the connection (`ENHANCE_YOUR_CALM`).',
    advice: 'Check why the client cancels so many requests. This pattern is also an attack (CVE-2023-44487).',
  },
  'connection-closed': {
    detail: 'The proxy closed the connection after an earlier request on it, so it did not process this pipelined request.',
    advice: 'Send the request again on a new connection. The service has not received it.',
  },
  shutdown: {
    detail: 'The proxy shut down, and the response was not complete within the time for open requests.',
    advice: 'If the request is safe to repeat, send it again. Another instance of the proxy serves it.',
  },
} as const satisfies Record<string, Abort>

interface Abort {
  /** What happened, in one sentence. */
  readonly detail: string
  /** For the operator, as no client receives it. */
  readonly advice: string
}

export type AbortCode = keyof typeof abortCodes
