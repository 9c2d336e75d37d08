/** Replacement of `re2js` in the realm: the large library is loaded only for policies with regular expressions. */
type Library = typeof import('re2js').RE2JS

let library: Library | null = null

export function giveRegex(given: unknown): void {
  library = given as Library
}

export const RE2JS = {
  compile(pattern: string): ReturnType<Library['compile']> {
    if (library === null)
      throw new Error('the policy uses regular expressions, which its manifest does not declare: rebuild the bundle')
    return library.compile(pattern)
  },
}
