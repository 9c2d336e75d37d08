import { resolve } from 'node:path'
import { parseStrictJson } from '../../request/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { placeIn } from '../eval/read-values.ts'
import type { Files, Io } from '../io.ts'

type Host = Pick<Io, 'cwd' | 'files'>

/** The text of a file that a person named; null where there is none. */
export function readTextIfThere(host: Host, path: string, shown = `\`${path}\``): string | null {
  return readWith('readText', host, path, shown)
}

/**
 * The text of a file that a person named.
 *
 * @param help what to do where there is none
 * @param shown what messages call it
 * @throws `CliError`
 */
export function readTextFile(host: Host, path: string, help: string | null = null, shown = `\`${path}\``): string {
  return present(readWith('readText', host, path, shown), help, shown)
}

/** The bytes of a bundle that a person named. */
export function readBundleFile(host: Host, path: string): Uint8Array {
  const shown = `\`${path}\``
  return present(readWith('readBytes', host, path, shown), '`iap build PATH… -o FILE` makes a bundle', shown)
}

/** A file that holds one JSON value, without a name that stands twice. */
export function readJsonFile(host: Host, path: string): { readonly text: string; readonly value: unknown } {
  const text = readTextFile(host, path)
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw new CliError(`\`${path}\` cannot be read: ${parsed.message}, ${placeIn(text, parsed.offset)}`)
  return { text, value: parsed.value }
}

function readWith<M extends 'readText' | 'readBytes'>(method: M, { cwd, files }: Host, path: string, shown: string) {
  try {
    return files[method](resolve(cwd, path)) as ReturnType<Files[M]>
  } catch (error) {
    throw new CliError(`${shown} cannot be read: ${reasonOf(error)}`)
  }
}

function present<T>(found: T | null, help: string | null, shown: string): T {
  if (found === null) throw new CliError(`${shown} does not exist`, help)
  return found
}
