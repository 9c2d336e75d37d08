let last = 0

/** Bytes. The system tells it by a file: a process that can open none is told what it was before. */
export function residentMemory(): number {
  try {
    last = process.memoryUsage.rss()
  } catch {
    // Of EMFILE, which is nothing to end for.
  }
  return last
}
