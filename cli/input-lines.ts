import { LineSplitter } from '../runtime/telemetry/audit/verify/index.ts'
import { CliError } from './cli-error.ts'

/**
 * Yields the lines of an input of UTF-8, without their line breaks (LF or CRLF).
 *
 * @throws CliError if a line is longer than 16 MiB
 */
export async function* inputLines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const lines: string[] = []
  let isAtEnd = false
  const splitter = new LineSplitter((bytes, start, end, whole) => {
    if (!whole && !isAtEnd)
      throw new CliError('a line of standard input is longer than 16 MiB', 'write one request or record a line')
    lines.push(bytes.toString('utf8', start, bytes[end - 1] === CR && end > start ? end - 1 : end))
  })
  for await (const piece of input) {
    splitter.feed(piece)
    yield* lines.splice(0)
  }
  isAtEnd = true
  splitter.end()
  yield* lines
}

const CR = 0x0d
