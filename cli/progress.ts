import type { Io } from './io.ts'

/** Milliseconds between progress updates. */
const EACH = 200

export interface Progress {
  /** Shows a text in the place of the previous one, unless that was shown only just now. */
  report(text: () => string): void
  /** Erases what is shown. */
  clear(): void
}

/** Shows the progress of long work in one line of the error output that is erased at the end; only if that is a terminal. */
export function progressOf({ stderr, clock }: Io): Progress {
  let last = clock()
  let isShown = false
  return {
    report(text) {
      if (!stderr.terminal || clock() - last < EACH) return
      last = clock()
      isShown = true
      stderr.write(`\r\u001b[K${text()}`)
    },
    clear() {
      if (isShown) stderr.write('\r\u001b[K')
      isShown = false
    },
  }
}
