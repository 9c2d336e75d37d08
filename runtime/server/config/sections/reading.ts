import { type AddressRange, parseAddressRange } from '../../../../request/index.ts'
import type { Address } from '../../../base/address.ts'
import { parseAddress } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import { parseDuration } from '../../../base/units.ts'
import { named } from '../explain-schema-errors.ts'

/**
 * The context of the functions that read the sections of the configuration file. If a section reports a problem, its result is
 * not used.
 */
export interface Reading {
  readonly dev: boolean
  /** Whether remote issuers may have `http:` URLs. */
  readonly insecureHttpIssuer: boolean
  /** Absolute paths of the files and folders that the sections read so far have named. */
  readonly paths: Set<string>
  /** Absolute paths of the files that are read when the proxy starts, and not watched. */
  readonly startFiles: Set<string>
  /** Returns the absolute path of a configured one, which is relative to the folder of the file. */
  absolute(path: string): string
  /** Reports a problem with the value at a path of the configuration or, if `key` is set, with the key itself. */
  problem(path: ConfigPath, message: string, key?: boolean): void
}

export function readPath(text: string | undefined, { absolute, paths }: Reading): string {
  const path = absolute(text ?? '')
  paths.add(path)
  return path
}

/** As {@link readPath}, of a file that is read when the proxy starts: a new content takes a reload. */
export function readStartFile(text: string | undefined, reading: Reading): string {
  const path = readPath(text, reading)
  reading.startFiles.add(path)
  return path
}

/** Parses a duration into milliseconds, and reports a problem if it is out of bounds. `otherwise` is the default. */
export function readDuration(
  text: string | undefined,
  path: ConfigPath,
  bounds: { readonly otherwise: string; readonly least?: string; readonly most: string },
  reading: Reading,
): number {
  const value = parseDuration(text ?? bounds.otherwise) ?? 0
  const { least, most } = bounds
  if (value > milliseconds(most)) reading.problem(path, `${named(path)} must be at most \`${most}\`, got \`${text}\``)
  else if (least !== undefined && value < milliseconds(least))
    reading.problem(path, `${named(path)} must be at least \`${least}\`, got \`${text}\``)
  return value
}

function milliseconds(text: string): number {
  return parseDuration(text) as number
}

export function readAddress(text: string | undefined, path: ConfigPath, reading: Reading): Address {
  const address = parseAddress(text ?? 'localhost:0')
  if (typeof address !== 'string') return address
  reading.problem(path, `${named(path)} is not an address: ${address}`)
  return { host: 'localhost', port: 0 }
}

/**
 * Parses addresses and ranges such as `10.0.0.0/8`. Reports a problem for duplicates, and for ranges of all addresses.
 *
 * @param instead what to write in place of a range of all addresses
 */
export function readRanges(
  list: readonly (readonly [string, ConfigPath])[],
  instead: string,
  reading: Reading,
): readonly AddressRange[] {
  checkTwice(list, reading)
  return list.map(([text, at]) => {
    const range = parseAddressRange(text)
    if (range === null) reading.problem(at, `${named(at)} must be an address or a range such as \`10.0.0.0/8\``)
    else if (text.endsWith('/0')) reading.problem(at, `${named(at)} is every address: ${instead}`)
    return range ?? (() => false)
  })
}

/**
 * Returns the elements of a configured list that are not `undefined`, each with its path in the configuration, such as
 * `cors.origins.0`.
 */
export function items<T>(list: readonly (T | undefined)[] | undefined, path: ConfigPath): readonly (readonly [T, ConfigPath])[] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[item, [...path, index]] as const]))
}

/** Reports a problem for each text that occurs more than once in a list. */
export function checkTwice(list: readonly (readonly [string, ConfigPath])[], reading: Reading): void {
  const seen = new Set<string>()
  for (const [text, path] of list) {
    if (seen.has(text)) reading.problem(path, `\`${text}\` is listed twice`)
    seen.add(text)
  }
}
