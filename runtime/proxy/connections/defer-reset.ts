/**
 * Calls `reset` when nghttp2 is not on the stack. Node sends at once when a session is destroyed, or a stream is reset with a
 * code other than CANCEL. From within a callback of nghttp2, which ends with all ticks and microtasks of its event, that frees
 * streams that nghttp2 is still processing: the process aborts, or worse. Every `destroy` of a session, and every `close` and
 * `destroy` of a stream, goes through here.
 */
export function deferReset(reset: () => void): void {
  setImmediate(reset)
}
