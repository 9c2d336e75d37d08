import type { DataCallback, Disposable } from 'vscode-languageserver/node.js'
import { Message, StreamMessageReader } from 'vscode-languageserver/node.js'

/** Reads the messages of one client, and ends the process with the client: once it is gone, or what it sends is no message. */
export class ClientReader extends StreamMessageReader {
  /** A client that leaves without a `shutdown` has crashed. */
  #code = 1

  /** @param report is called with the reason before the process ends for bytes that are no message */
  constructor(input: NodeJS.ReadableStream, report: (reason: string) => void) {
    super(input)
    const end = () => process.exit(this.#code)
    input.on('end', end).on('close', end)
    // Where the next message begins is not known.
    this.onError(({ message }) => {
      report(message)
      process.exit(1)
    })
  }

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => {
      if (Message.isRequest(message) && message.method === 'shutdown') this.#code = 0
      callback(message)
    })
  }
}
