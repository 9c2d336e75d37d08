export interface BatchedWriter {
  send(): void
}

let waiting: BatchedWriter[] = []
let sent: BatchedWriter[] = []

/** Writes at the end of the turn, so that the reader is still awake for the next. Waking it costs as much as a whole request. */
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
