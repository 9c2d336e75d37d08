/** `matches`: RE2 syntax, linear in the text (the package is the one that the checker compiled the pattern with). */
import { RE2JS } from 're2js'

export interface Regex {
  /** Whether some part of the text matches. */
  test(text: string): boolean
}

/** Of a constant pattern, once per module. The checker has compiled it: what it refuses throws. */
export function regex(pattern: string): Regex {
  return RE2JS.compile(pattern)
}

export function matches(text: string, pattern: string): boolean {
  return regex(pattern).test(text)
}
