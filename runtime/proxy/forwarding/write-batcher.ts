/** What has something to write to a socket. */
export interface BatchedWriter {
  /** Never throws. */
  send(): void
}

let waiting: BatchedWriter[] = []
let sent: BatchedWriter[] = []

/**
 * At the end of this turn of the event loop, one after the other. Whoever reads what is written for the first request is then
 * still awake for the next one's: waking a process costs the one that writes as much as all else that is done for a request.
 */
export function writeInBatch(sender: BatchedWriter): void {
  if (waiting.push(sender) === 1) setImmediate(sendAll)
}

function sendAll(): void {
  const now = waiting
  waiting = sent
  for (const sender of now) sender.send()
  now.length = 0
  sent = now
}
