import { isRevocation } from './is-revocation.ts'
import type { Change, Revocation } from './revocation.ts'

/** The state cannot be used as it is. Without it, revoked credentials would count again: the proxy does not start. */
export class RevocationStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RevocationStateError'
  }
}

const HEADER = '{"version":2}'
const TORN_MARK = '{"torn":true}'

/** The first line of a log of revocations. Each further line is one change, whole: one without its end was never acknowledged. */
export const HEADER_LINE = `${HEADER}\n`

/**
 * Ends a line that a crash or a full disk has cut off, so that it does not count. If the mark is cut off as well, the line still
 * has no end, and the next append marks it again.
 */
export const TORN = `${TORN_MARK}\n`

export function lineOf(change: Change): string {
  return `${JSON.stringify(change)}\n`
}

/** A line that adds these. */
export function lineWith(added: readonly Revocation[]): string {
  return lineOf({ added, removed: [] })
}

/** Reads the lines of one file, in order. */
export class LogReader {
  readonly #file: string
  #line = 0
  /** The last line is no change. Earlier versions wrote the mark in a line of its own behind it. */
  #isSuspect = false

  constructor(file: string) {
    this.#file = file
  }

  /**
   * Returns the changes of the next complete lines.
   *
   * @throws {RevocationStateError} if one of them is none, and was not marked as torn
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
        else changes.push(change)
      }
    }
    return changes
  }

  /** @throws {RevocationStateError} if the file ends with a line that is no change, or has no first line */
  end(): void {
    if (this.#isSuspect || this.#line === 0) throw this.#damaged()
  }

  #damaged(): RevocationStateError {
    return new RevocationStateError(
      `\`${this.#file}\`, line ${Math.max(1, this.#line)}: expected a change of revocations; ` +
        'restore the file, or remove it to let all credentials count again that it revokes',
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
