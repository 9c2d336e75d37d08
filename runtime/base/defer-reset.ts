/**
 * Calls `reset` outside the callbacks of nghttp2. Every `destroy` of an HTTP/2 session and every `close` or `destroy` of a
 * stream must use this function.
 *
 * Destroying a session, or resetting a stream with a code other than CANCEL, sends at once. Within an nghttp2 callback, whose
 * ticks and microtasks run before it returns, this frees streams in use and crashes the process.
 */
export function deferReset(reset: () => void): void {
  setImmediate(reset)
}
