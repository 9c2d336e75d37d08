let last = 0

/**
 * Returns the resident memory of the process in bytes. The value is read from a file of the operating system; if no file
 * descriptor is free, the last value is returned.
 */
export function residentMemory(): number {
  try {
    last = process.memoryUsage.rss()
  } catch {
    // For example EMFILE, which must not be fatal.
  }
  return last
}
