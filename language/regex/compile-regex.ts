/** RE2 syntax on code points, in linear time, by `re2js` (`spec/language/decisions/0008-regular-expressions.md`). */
import { RE2JS, RE2JSSyntaxException } from 're2js'

export interface Regex {
  /** Returns whether some part of the text matches. */
  test(text: string): boolean
}

export type RegexResult =
  | { readonly ok: true; readonly regex: Regex }
  /** The engine's message in lower case (`missing closing )`), and the part of the pattern that it names, or null. */
  | { readonly ok: false; readonly why: string; readonly part: string | null }

/** Longer patterns cost the engine more memory and time than readable policies need: ten seconds for 1 MB. */
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
