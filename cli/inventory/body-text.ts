import { checkTexts } from '../../compiler/project/check-paths.ts'
import { type RouteBody, showType } from '../../language/index.ts'

/** Characters of a type: a longer one is not read by anybody who reviews a draft. */
const MOST = 4000

/**
 * Writes types of bodies as the language does. Types that a policy cannot write, as one with a field named by a keyword, have no
 * text: the route is drafted without a body.
 */
export class BodyTexts {
  /** By its text, whether a type checks. */
  readonly #checks = new Map<string, boolean>()

  /** Null: it cannot be written. */
  of({ type }: RouteBody): string | null {
    const text = showType(type)
    if (text.length > MOST) return null
    const checks = this.#checks.get(text) ?? isType(text)
    this.#checks.set(text, checks)
    return checks ? text : null
  }
}

function isType(text: string): boolean {
  const policy = `service s at "s.invalid" {\n  route r POST "/" body ${text}\n}\n`
  return checkTexts(new Map([['body.iap', policy]])).diagnostics.every(({ severity }) => severity !== 'error')
}
