import { createHash } from 'node:crypto'
import type { Finding } from './finding.ts'

type Located = Pick<Finding, 'code' | 'span'>

/** The maximum length of the source text that goes into a fingerprint, from the beginning of the finding's first line. */
const TEXT = 200

/**
 * Returns a fingerprint for each finding, by which code hosts find it again in a later version of the sources. It depends on the
 * kind, the file and the text at the place, but not on the line number. All fingerprints of a list differ.
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

function identityOf({ code, span: { source, start } }: Located): string {
  const line = source.text.lastIndexOf('\n', start - 1) + 1
  return [code, source.name, source.text.slice(line, line + TEXT).replace(/\s+/g, '')].join('\0')
}
