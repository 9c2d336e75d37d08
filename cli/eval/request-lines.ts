import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'

/** The lines of a file of requests, or of standard input. */
export function requestLines(io: Io, path: string | undefined): AsyncIterable<string> | Iterable<string> {
  if (path === undefined || path === '-') {
    if (io.stdin.terminal) io.stderr.write('reading requests from the terminal, one JSON object a line; end with ctrl-d\n')
    return io.stdin.lines()
  }
  try {
    const text = io.files.readText(resolve(io.cwd, path))
    if (text === null) throw new Stop(`\`${path}\` does not exist`)
    return text.split(/\r?\n/)
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
}
