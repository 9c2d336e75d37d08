/**
 * Regular expressions of `matches`: RE2 syntax, linear in the text, over code points. The engine is `re2js`; why, and what it is
 * held to, says `spec/language/decisions/0008-regular-expressions.md`. `runtime/abi` uses the same engine.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js'

export interface Regex {
  /** Whether some part of the text matches. */
  test(text: string): boolean
}

export type RegexResult =
  | { readonly ok: true; readonly regex: Regex }
  /**
   * What the engine says is wrong, in lower case (`missing closing )`), and the part of the pattern that it says it of; null
   * where it names none.
   */
  | { readonly ok: false; readonly why: string; readonly part: string | null }

/**
 * What the engine makes of a longer pattern, in memory and time, is more than a policy that people read needs: of 1 MB ten
 * seconds.
 */
const LONGEST = 4_096
const TOO_LONG = 'it has more than 4,096 characters'

export function compileRegex(pattern: string): RegexResult {
  if (pattern.length > LONGEST) return { ok: false, why: TOO_LONG, part: null }
  try {
    return { ok: true, regex: RE2JS.compile(pattern) }
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    return { ok: false, why: error.error, part: error.input }
  }
}
