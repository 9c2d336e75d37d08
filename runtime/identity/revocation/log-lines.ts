import { isRevocation } from './is-revocation.ts'
import type { Change, Revocation } from './revocation.ts'

/** Thrown if the state is unusable. Without it, revoked credentials would be valid again, so the proxy does not start. */
export class RevocationStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RevocationStateError'
  }
}

const HEADER = '{"version":2}'
const TORN_MARK = '{"torn":true}'

/** The first line of a revocation log. Each further line is one change; an incomplete line was never acknowledged. */
export const HEADER_LINE = `${HEADER}\n`

/** Ends a line that a crash or full disk cut off, so it is ignored. If the mark is cut off too, the next append repeats it. */
export const TORN = `${TORN_MARK}\n`

export function lineOf(change: Change): string {
  return `${JSON.stringify(change)}\n`
}

/** Returns a line that adds these revocations. */
export function lineWith(added: readonly Revocation[]): string {
  return lineOf({ added, removed: [] })
}

/** Parses the lines of one file, in order. */
export class LogReader {
  readonly #file: string
  #line = 0
  /** The last line is invalid. Earlier versions wrote the mark in a separate line after it. */
  #isSuspect = false

  constructor(file: string) {
    this.#file = file
  }

  /**
   * Returns the changes of the next complete lines.
   *
   * @throws {RevocationStateError} if one is invalid and not marked as torn
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

  /** @throws {RevocationStateError} if the file ends with an invalid line or has no first line */
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
