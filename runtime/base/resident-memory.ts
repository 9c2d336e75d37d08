let last = 0

/** Bytes. Read from a file, so without descriptors it returns the last value. */
export function residentMemory(): number {
  try {
    last = process.memoryUsage.rss()
  } catch {
    // For example EMFILE, which must not be fatal.
  }
  return last
}
