import { isObject } from '../../../base/values.ts'

/** A request as a plug-in receives it, frozen. A plug-in receives nothing else. */
export interface PluginRequest {
  readonly method: string
  /** Host name in lower case, without a port. */
  readonly host: string
  /** Path as conditions read it in `request.path`. */
  readonly path: string
  /**
   * Values of the configured headers by lower-case name, one value for each header line. A missing header has an empty list.
   */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** IP address of the client in canonical text. */
  readonly address: string
}

/** Result of a plug-in for one request: no credential, a refused credential, the claims of a caller, or a failure. */
export type PluginAnswer =
  /** No credential: the next method is tried. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'caller'
      readonly claims: Readonly<Record<string, unknown>>
      /** End of the authentication's validity in seconds since 1970, or `null` if the plug-in does not specify one. */
      readonly until: number | null
      /** Whether the plug-in read more of the request than the headers, in which case the answer must not be cached. */
      readonly alone: boolean
      /** Whether browsers send the credential automatically. */
      readonly ambient: boolean
    }
  /** Unusable, and why: a sentence for the log. */
  | { readonly kind: 'failed'; readonly message: string }

/** Maximum length of the claims as JSON, in characters. */
const MOST = 65_536

/**
 * Returns the plug-in's result in a message from its thread. An invalid message becomes a failure, as the thread is as untrusted
 * as the plug-in.
 */
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

/** End of the year 9999 in seconds since 1970. */
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
