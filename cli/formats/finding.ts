import { createHash } from 'node:crypto'
import type { Span } from '../../language/index.ts'

/**
 * What a command reports about a place in the sources, for formats that show it beside the lines of a change. A `Diagnostic` is
 * one.
 */
export interface Finding {
  /** Stable name of the kind: a diagnostic's code, or a name such as `test-failed`. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'notice'
  readonly message: string
  /** Advice on how to solve the problem; empty if there is none. */
  readonly help: string
  readonly span: Span
}

type Located = Pick<Finding, 'code' | 'message' | 'span'>

/** The maximum length of the source text that goes into a fingerprint, from the beginning of the finding's first line. */
const TEXT = 200

/**
 * Returns a fingerprint for each finding, by which code hosts find it again in a later version of the sources. It depends on the
 * kind, the message, the file and the text at the place, but not on the line number. All fingerprints of a list differ.
 *
 * @returns 32 hexadecimal digits, a colon, and the number of the finding among those with the same digits
 */
export function fingerprintsOf(findings: readonly Located[]): readonly string[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const hash = createHash('sha256').update(identityOf(finding)).digest('hex').slice(0, 32)
    const number = (seen.get(hash) ?? 0) + 1
    seen.set(hash, number)
    return `${hash}:${number}`
  })
}

function identityOf({ code, message, span: { source, start } }: Located): string {
  const line = source.text.lastIndexOf('\n', start - 1) + 1
  return [code, message, source.name, source.text.slice(line, line + TEXT).replace(/\s+/g, '')].join('\0')
}
