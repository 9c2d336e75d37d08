import { resolve } from 'node:path'
import type { Address } from '../../../base/address.ts'
import { parseAddress } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import { parseDuration } from '../../../base/units.ts'
import { named } from '../explain-schema-errors.ts'

/** What reading a section takes and tells. A section that reports a problem answers anything: it is thrown away. */
export interface Reading {
  /** What paths are relative to. */
  readonly folder: string
  readonly dev: boolean
  /** Issuers may be `http:` wherever they are. */
  readonly insecureHttpIssuer: boolean
  /** Files and folders that sections have named so far, absolute. */
  readonly paths: Set<string>
  /** The value at the path is at fault; with `key`, its key. */
  problem(path: ConfigPath, message: string, key?: boolean): void
}

export function readPath(text: string | undefined, { folder, paths }: Reading): string {
  const path = resolve(folder, text ?? '')
  paths.add(path)
  return path
}

/** Milliseconds. */
export function readDuration(
  text: string | undefined,
  path: ConfigPath,
  bounds: { readonly otherwise: string; readonly least?: string; readonly most: string },
  reading: Reading,
): number {
  const value = parseDuration(text ?? bounds.otherwise) ?? 0
  const { least, most } = bounds
  if (value > milliseconds(most)) reading.problem(path, `${named(path)} is at most \`${most}\`, and this is \`${text}\``)
  else if (least !== undefined && value < milliseconds(least))
    reading.problem(path, `${named(path)} is at least \`${least}\`, and this is \`${text}\``)
  return value
}

function milliseconds(text: string): number {
  return parseDuration(text) as number
}

export function readAddress(text: string | undefined, path: ConfigPath, reading: Reading): Address {
  const address = parseAddress(text ?? 'localhost:0')
  if (typeof address !== 'string') return address
  reading.problem(path, `${named(path)} is no address: ${address}`)
  return { host: 'localhost', port: 0 }
}

/** What is there of a list, each with its path. */
export function items<T>(list: readonly (T | undefined)[] | undefined, path: ConfigPath): readonly (readonly [T, ConfigPath])[] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[item, [...path, index]] as const]))
}

/** Reports each that stands in the list before. */
export function checkTwice(list: readonly (readonly [string, ConfigPath])[], reading: Reading): void {
  const seen = new Set<string>()
  for (const [text, path] of list) {
    if (seen.has(text)) reading.problem(path, `\`${text}\` stands in this list twice`)
    seen.add(text)
  }
}
