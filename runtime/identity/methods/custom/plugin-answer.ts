import { isObject } from '../../../base/values.ts'

/** What a module is asked. Read-only, and no more than this: what it is not shown, its answer does not depend on. */
export interface PluginRequest {
  readonly method: string
  /** Lower case, without a port. */
  readonly host: string
  /** As conditions read it: `request.path`. */
  readonly path: string
  /** Of those that the configuration names, by lower-case name: the value of each line. One that did not come has none. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** Of the client, in canonical text. */
  readonly address: string
}

/** What a module says of a request. */
export type PluginAnswer =
  /** Nothing: the next method is asked. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'caller'
      readonly claims: Readonly<Record<string, unknown>>
      /** Seconds since 1970; null: it does not say. */
      readonly until: number | null
      /** Whether it has looked at more of the request than at its headers. */
      readonly alone: boolean
      /** Whether browsers send the credential by themselves. */
      readonly ambient: boolean
    }
  /** None that can be used, and why: a sentence for the log. */
  | { readonly kind: 'failed'; readonly message: string }

/** Characters of the claims as JSON. */
const MOST = 65_536

/** What the thread has sent, which is as good as what the module could have made it send. */
export function readAnswer(message: Readonly<Record<string, unknown>>): PluginAnswer {
  const { kind, claims, until, alone, ambient, message: why } = message
  if (kind === 'nothing' || kind === 'refused') return { kind }
  if (kind !== 'caller') return failed(typeof why === 'string' ? why.slice(0, 500) : 'its answer is none')
  if (typeof claims !== 'string' || claims.length > MOST) return failed(`its claims are longer than ${MOST} characters of JSON`)
  if (until !== null && !(typeof until === 'number' && until >= 0 && until <= LATEST))
    return failed('its `until` is no number of seconds since 1970')
  const parsed = parse(claims)
  return parsed === null
    ? failed('its claims are no object')
    : { kind, claims: parsed, until, alone: alone !== false, ambient: ambient !== false }
}

/** The end of the year 9999. */
const LATEST = 253_402_300_799

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function failed(message: string): PluginAnswer {
  return { kind: 'failed', message }
}
