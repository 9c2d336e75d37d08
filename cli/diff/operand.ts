import { isAbsolute } from 'node:path'
import { CliError } from '../cli-error.ts'
import { kindOfFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { GitMissingError } from './git.ts'
import { commitOf } from './merge-base.ts'

/** One side of a comparison. */
export interface Operand {
  readonly text: string
  /** Whether the text is a Git revision, with or without a path in it; otherwise it is a path on the disk. */
  readonly isRevision: boolean
}

/**
 * Returns whether an operand is a path or a revision. The answer must not depend on what a pull request adds to the checkout, so
 * a path never stands in for a revision: text in the syntax of revisions is one, and `./` marks a path.
 *
 * @throws CliError if the text is both the name of a path and a revision
 */
export function operandOf(io: Io, text: string): Operand {
  if (isAbsolute(text) || /^\.\.?(?:[/\\]|$)/.test(text)) return { text, isRevision: false }
  if (/:|\.\.\.|[~^]|@\{/.test(text)) return { text, isRevision: true }
  if (!isPath(io, text)) return { text, isRevision: true }
  if (isCommit(io, text))
    throw new CliError(
      `\`${text}\` is both a path and a revision`,
      `write \`./${text}\` for the path, or \`${text}:FOLDER\` for the revision`,
    )
  return { text, isRevision: false }
}

export function isPath(io: Io, text: string): boolean {
  return kindOfFile(io, text) !== null
}

function isCommit(io: Io, text: string): boolean {
  try {
    return commitOf(io, text) !== null
  } catch (error) {
    if (error instanceof GitMissingError) return false
    throw error
  }
}
