import type { EvalAnswer } from '../../runtime/abi/index.ts'
import { readTextFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

/** Returns the lines of a file with requests; of standard input if the path is absent or `-`. */
export function requestLines(io: Io, path: string | undefined): AsyncIterable<string> | Iterable<string> {
  if (path === undefined || path === '-') {
    if (io.stdin.terminal) io.stderr.write('reading requests from the terminal, one JSON object a line; end with ctrl-d\n')
    return io.stdin.lines()
  }
  return readTextFile(io, path).split(/\r?\n/)
}

export interface Unanswered {
  readonly id?: string
  readonly error: { readonly line: number; readonly message: string }
}

/**
 * Returns an error report if the policy could not evaluate the request because it is invalid; null otherwise. An invalid request
 * is the user's mistake, not a refusal.
 */
export function unanswered(answer: EvalAnswer, line: number): Unanswered | null {
  if (answer.code !== 'bad-eval-request') return null
  return { ...(answer.id === undefined ? {} : { id: answer.id }), error: { line, message: answer.message ?? '' } }
}
