/**
 * Calls `reset` outside of nghttp2. Destroying a session, or resetting a stream with a code other than CANCEL, sends at once;
 * within an nghttp2 callback, whose ticks and microtasks run before it returns, this frees streams in use and crashes the
 * process. Every `destroy` of a session and every `close` or `destroy` of a stream must use this.
 */
export function deferReset(reset: () => void): void {
  setImmediate(reset)
}
