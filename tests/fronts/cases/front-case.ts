import { equal } from 'node:assert/strict'
import type { Ability, Outcome, SeenRequest, Stand } from '../stand.ts'

/** A statement about a front and the proxy behind it. It is the same for all fronts. */
export interface FrontCase {
  readonly name: string
  /** What the front must be able to do for it. */
  readonly needs?: Ability | 'chromium'
  /** @throws AssertionError */
  run(stand: Stand): Promise<void>
}

/** Checks that a request was refused, and that the service has not seen it. */
export function refused(outcome: Outcome, status: number, code: string): void {
  equal(codeOf(outcome), `${status} ${code}`)
  equal(outcome.seen.length, 0, `the service received ${outcome.seen[0]?.url}`)
}

/** Returns the status of an answer and the code of its refusal, such as `403 denied`. */
export function codeOf({ answer }: Outcome): string {
  return `${answer.status} ${answer.headers.get('x-iap-error')}`
}

/**
 * Returns the only request that the service received.
 *
 * @throws Error if it received none, or several
 */
export function reached({ answer, seen }: Outcome): SeenRequest {
  const [request] = seen
  if (request === undefined || seen.length > 1)
    throw new Error(
      `${seen.length} requests reached the service: ${answer.status} ${answer.headers.get('x-iap-error')} ${answer.body.slice(0, 300)}`,
    )
  return request
}

/** Returns the values of the lines of a header, also those that are joined by a comma. */
export function valuesOf(request: SeenRequest, name: string): readonly string[] {
  return (request.lines[name] ?? []).flatMap((line) => line.split(/, ?/))
}
