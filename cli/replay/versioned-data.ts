import { dataVersionOf } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { readJsonFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

export interface VersionedDatum {
  /** Version of the datum as in audit records, computed from the bytes of the file. */
  readonly version: string
  readonly json: unknown
}

/** Reads the data files given by `--data NAME=FILE`, and returns the data by name. */
export function readVersionedData(io: Io, words: readonly string[]): Readonly<Record<string, VersionedDatum>> {
  return Object.fromEntries(words.map((word) => readDatum(io, word)))
}

function readDatum(io: Io, word: string): readonly [name: string, datum: VersionedDatum] {
  const [, name = '', path = ''] = /^(\w+)=(.+)$/s.exec(word) ?? []
  if (name === '')
    throw new CliError(`\`--data\` cannot be \`${word}\``, 'write `NAME=FILE`: the name of a datum, and the file that holds it')
  const { text, value } = readJsonFile(io, path)
  return [name, { version: dataVersionOf(text), json: value }]
}

/** Returns all texts and numbers in a JSON value, including the keys of objects. */
export function scalarsIn(value: unknown): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    Array.isArray(value) ? scalarsIn(member) : [key, ...scalarsIn(member)],
  )
}
