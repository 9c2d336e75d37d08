import { isRevocation } from './is-revocation.ts'
import type { Change, Revocation } from './revocation.ts'

/** Error for an unusable revocation log. The proxy does not start, because revoked credentials would be valid again. */
export class RevocationStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RevocationStateError'
  }
}

const HEADER = '{"version":2}'
const TORN_MARK = '{"torn":true}'

/**
 * First line of a revocation log with its version. Each further line is one change; a change on an incomplete line was never
 * confirmed.
 */
export const HEADER_LINE = `${HEADER}\n`

/**
 * Mark at the end of a line that a crash or a full disk cut off. Readers ignore such a line. If the mark itself is cut off, the
 * next append repeats it.
 */
export const TORN = `${TORN_MARK}\n`

export function lineOf(change: Change): string {
  return `${JSON.stringify(change)}\n`
}

/** Returns the line for the revocation log that adds revocations. */
export function lineWith(added: readonly Revocation[]): string {
  return lineOf({ added, removed: [] })
}

/** A parser of the lines of one revocation log, in order. */
export class LogReader {
  readonly #file: string
  #line = 0
  /** The last line is invalid. Earlier versions wrote the mark in a separate line after it. */
  #isSuspect = false
  /**
   * Ids that a line has removed. None is added again, as each revocation has an id of its own: a line that adds one was copied by
   * a process that replaced the file, after another process had removed it from the new file.
   */
  readonly #removed = new Set<string>()

  constructor(file: string) {
    this.#file = file
  }

  /**
   * Parses the next complete lines, and returns their changes.
   *
   * @throws {RevocationStateError} if a line is invalid and not marked as cut off
   */
  read(lines: readonly string[]): readonly Change[] {
    const changes: Change[] = []
    for (const line of lines) {
      const isFirst = this.#line++ === 0
      if (isFirst) {
        if (line !== HEADER) throw this.#damaged()
      } else if (line.endsWith(TORN_MARK)) this.#isSuspect = false
      else if (line !== '') {
        if (this.#isSuspect) throw this.#damaged()
        const change = changeIn(line)
        if (change === null) this.#isSuspect = true
        else changes.push(this.#withoutRemoved(change))
      }
    }
    return changes
  }

  #withoutRemoved({ added, removed }: Change): Change {
    // One line may remove what it adds.
    const kept = this.#removed.size === 0 ? added : added.filter(({ id }) => !this.#removed.has(id) || removed.includes(id))
    for (const id of removed) this.#removed.add(id)
    for (const { id } of kept) this.#removed.delete(id)
    return { added: kept, removed }
  }

  /**
   * Checks that the log is complete, after all its lines have been read.
   *
   * @throws {RevocationStateError} if the last line is invalid or the first line is missing
   */
  end(): void {
    if (this.#isSuspect || this.#line === 0) throw this.#damaged()
  }

  #damaged(): RevocationStateError {
    return new RevocationStateError(
      `\`${this.#file}\`, line ${Math.max(1, this.#line)}: expected a change of revocations; ` +
        'restore the file, or delete it to make all credentials that it revokes valid again',
    )
  }
}

function changeIn(line: string): Change | null {
  try {
    const { added, removed } = JSON.parse(line) as { added?: unknown; removed?: unknown }
    if (!Array.isArray(added) || !added.every(isRevocation)) return null
    return Array.isArray(removed) && removed.every((id) => typeof id === 'string') ? { added, removed } : null
  } catch {
    return null
  }
}
