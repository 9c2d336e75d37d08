import { checkTexts } from '../../compiler/project/check-paths.ts'
import { type RouteBody, showType } from '../../language/index.ts'

/** The maximum length of a type, for reviewers of a draft. */
const MOST = 4000

/**
 * Formats types of request bodies in the policy language. A type that a policy cannot contain, such as one with a keyword as a
 * field name, has no text. Its routes are drafted without a body.
 */
export class BodyTexts {
  /** Whether a type's text checks. */
  readonly #checks = new Map<string, boolean>()

  /** Returns a body's type in the notation of the language; null if the language cannot express the type. */
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
