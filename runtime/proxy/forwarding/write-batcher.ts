export interface BatchedWriter {
  send(): void
}

let waiting: BatchedWriter[] = []
let sent: BatchedWriter[] = []

/**
 * Schedules a call of the writer's `send` at the end of this turn of the event loop. A single wake-up of the peer then serves
 * several requests; waking it costs as much as a whole request.
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
