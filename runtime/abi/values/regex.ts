/** `matches`: RE2 syntax in linear time, by the same package that the checker uses. */
import { RE2JS } from 're2js'

export interface Regex {
  test(text: string): boolean
}

/**
 * Compiles a constant pattern, once for each module.
 *
 * @throws for patterns that the checker refuses
 */
export function regex(pattern: string): Regex {
  return RE2JS.compile(pattern)
}

export function matches(text: string, pattern: string): boolean {
  return regex(pattern).test(text)
}
