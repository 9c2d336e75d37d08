import { resolve } from 'node:path'
import { parseStrictJson } from '../../request/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { placeIn } from '../eval/read-values.ts'
import type { Files, Io } from '../io.ts'

type Host = Pick<Io, 'cwd' | 'files'>

/** Returns the text of a file that the user named; null if the file does not exist. */
export function readTextIfThere(host: Host, path: string, shown = `\`${path}\``): string | null {
  return readWith('readText', host, path, shown)
}

/**
 * Returns the text of a file that the user named.
 *
 * @param help advice for the case that the file does not exist
 * @param shown the file's name in messages
 * @throws CliError if the file does not exist or cannot be read
 */
export function readTextFile(host: Host, path: string, help: string | null = null, shown = `\`${path}\``): string {
  return present(readWith('readText', host, path, shown), help, shown)
}

/**
 * Refuses a pipe or a device, as reading it might never end.
 *
 * @throws CliError if the path is neither a file nor a folder
 */
export function requireRegular(host: Host, path: string): void {
  if (kindOfFile(host, path) === 'other') throw new CliError(`\`${path}\` is a pipe or a device`, 'give a regular file')
}

/**
 * Returns the text on standard input.
 *
 * @throws CliError if it cannot be read, or is not UTF-8
 */
export async function readStandardInput({ stdin }: Pick<Io, 'stdin'>): Promise<string> {
  return await stdin.text().catch((error: unknown) => {
    throw new CliError(`standard input cannot be read: ${reasonOf(error)}`)
  })
}

/** Returns the bytes of a bundle that the user named. */
export function readBundleFile(host: Host, path: string): Uint8Array {
  const shown = `\`${path}\``
  return present(readWith('readBytes', host, path, shown), 'create a bundle with `iap build PATH… -o FILE`', shown)
}

/**
 * Reads a file of one JSON value without duplicate names.
 *
 * @throws CliError if the file is not such a value
 */
export function readJsonFile(host: Host, path: string): { readonly text: string; readonly value: unknown } {
  const text = readTextFile(host, path)
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw new CliError(`\`${path}\` cannot be read: ${parsed.message}, ${placeIn(text, parsed.offset)}`)
  return { text, value: parsed.value }
}

/**
 * Returns the kind of a file that the user named; null if the file does not exist.
 *
 * @throws CliError if it cannot be found out, for example because the name is too long
 */
export function kindOfFile(host: Host, path: string): ReturnType<Files['kind']> {
  return readWith('kind', host, path, `\`${path}\``)
}

/**
 * Returns the path without links of a file that the user named; its absolute path if the file does not exist.
 *
 * @throws CliError if it cannot be found out
 */
export function realPathOfFile(host: Host, path: string): string {
  return readWith('realPath', host, path, `\`${path}\``)
}

function readWith<M extends 'readText' | 'readBytes' | 'kind' | 'realPath'>(
  method: M,
  { cwd, files }: Host,
  path: string,
  shown: string,
) {
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
