/** `matches`: RE2 syntax in linear time, by the same package that the checker uses. */
import { RE2JS } from 're2js'

export interface Regex {
  test(text: string): boolean
}

/**
 * Compiles a regular expression in RE2 syntax. Emitted code calls it once for each constant pattern when a module is loaded.
 *
 * @throws an error if the pattern is invalid
 */
export function regex(pattern: string): Regex {
  return RE2JS.compile(pattern)
}

export function matches(text: string, pattern: string): boolean {
  return regex(pattern).test(text)
}
