import { isObject } from '../../runtime/base/values.ts'
import { CliError } from '../cli-error.ts'
import type { Files } from '../io.ts'

/** The callers as which developers can sign in or get tokens, by name, from the file `dev.callers`. */
export type DevCallers = Readonly<Record<string, DevCaller>>

export interface DevCaller {
  /** Name of the caller's identity in the policy. */
  readonly identity: string
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * Reads the file `dev.callers`: `{ "ann": { "identity": "staff", "claims": { … } } }`. The claim `sub` is the caller's name by
 * default.
 *
 * @throws CliError if the file does not exist or has another shape
 */
export function readCallers(files: Files, path: string): DevCallers {
  const text = files.readText(path)
  if (text === null)
    throw new CliError(
      `the callers file \`${path}\` does not exist`,
      'create it, or name another one in `dev.callers` of the configuration',
    )
  const callers = parse(path, text)
  if (!isObject(callers)) throw new CliError(`\`${path}\` must contain a JSON object of callers by name`)
  return Object.fromEntries(Object.entries(callers).map(([name, caller]) => [name, check(path, name, caller)]))
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(`\`${path}\` is not JSON: ${(error as Error).message}`)
  }
}

function check(path: string, name: string, caller: unknown): DevCaller {
  if (!isObject(caller) || typeof caller.identity !== 'string' || !isObject(caller.claims)) {
    throw new CliError(`\`${path}\`: the caller \`${name}\` must have the form { "identity": "…", "claims": { … } }`)
  }
  return { identity: caller.identity, claims: { sub: name, ...caller.claims } }
}
