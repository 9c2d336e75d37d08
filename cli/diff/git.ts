import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/** `git` is not installed. */
export class GitMissingError extends CliError {}

/** Returns the output of `git` without the last line end; null if it failed. */
export function lineOf(io: Io, words: readonly string[]): string | null {
  const answer = runGit(io, words)
  return answer.ok ? decoded(answer.bytes).replace(/\n$/, '') : null
}

/**
 * Runs `git` in the working directory.
 *
 * @throws GitMissingError if it is not installed, and CliError if it cannot be run
 */
export function runGit(io: Io, words: readonly string[], input?: string): ReturnType<Io['git']> {
  try {
    return io.git(['-C', io.cwd, ...words], input)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT'
      ? new GitMissingError('`git` is not installed, and is needed to read revisions')
      : new CliError(`\`git\` cannot be run: ${reasonOf(error)}`)
  }
}

/** @throws CliError if the bytes are not UTF-8 */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new CliError('the output of `git` is not UTF-8: policies must be UTF-8')
  }
}
