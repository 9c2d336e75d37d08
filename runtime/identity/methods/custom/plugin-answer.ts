import { isObject } from '../../../base/values.ts'

/** What a plug-in is given. Read-only and complete: its answer depends on nothing else. */
export interface PluginRequest {
  readonly method: string
  /** Lower case, without a port. */
  readonly host: string
  /** As conditions read it: `request.path`. */
  readonly path: string
  /** Configured headers by lower-case name, with the value of each line. Absent headers have no lines. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** The client's, in canonical text. */
  readonly address: string
}

/** A plug-in's answer about a request. */
export type PluginAnswer =
  /** No credential: the next method is tried. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'caller'
      readonly claims: Readonly<Record<string, unknown>>
      /** Seconds since 1970; `null`: unspecified. */
      readonly until: number | null
      /** Whether it read more of the request than its headers. */
      readonly alone: boolean
      /** Whether browsers send the credential on their own. */
      readonly ambient: boolean
    }
  /** Unusable, and why: a sentence for the log. */
  | { readonly kind: 'failed'; readonly message: string }

/** Maximum characters of the claims as JSON. */
const MOST = 65_536

/** Validates a thread's message, which is as untrusted as the plug-in. */
export function readAnswer(message: Readonly<Record<string, unknown>>): PluginAnswer {
  const { kind, claims, until, alone, ambient, message: why } = message
  if (kind === 'nothing' || kind === 'refused') return { kind }
  if (kind !== 'caller') return failed(typeof why === 'string' ? why.slice(0, 500) : 'its answer is invalid')
  if (typeof claims !== 'string' || claims.length > MOST) return failed(`its claims are longer than ${MOST} characters of JSON`)
  if (until !== null && !(typeof until === 'number' && until >= 0 && until <= LATEST))
    return failed('its `until` is not a number of seconds since 1970')
  const parsed = parse(claims)
  return parsed === null
    ? failed('its claims are not an object')
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
