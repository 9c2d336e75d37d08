import { readTextFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

/** The lines of a file of requests, or of standard input. */
export function requestLines(io: Io, path: string | undefined): AsyncIterable<string> | Iterable<string> {
  if (path === undefined || path === '-') {
    if (io.stdin.terminal) io.stderr.write('reading requests from the terminal, one JSON object a line; end with ctrl-d\n')
    return io.stdin.lines()
  }
  return readTextFile(io, path).split(/\r?\n/)
}
