import { type DataSnapshot, noData, type Policy } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { readJsonFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

export interface ReadData {
  readonly snapshot: DataSnapshot
  /** The data values by datum name, as parsed from the file. */
  readonly json: Readonly<Record<string, unknown>>
}

/**
 * Reads a policy's data from a file: a JSON object of values by datum name.
 *
 * @throws CliError if the file has another shape, or a value does not match its declaration
 */
export function readData(io: Io, policy: Policy, path: string): ReadData {
  const { value } = readJsonFile(io, path)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`\`${path}\` must contain a JSON object of data by name`)
  const json = value as Readonly<Record<string, unknown>>
  const prepared = policy.prepare(json, noData)
  if (!prepared.ok) throw new CliError(`\`${path}\`: ${prepared.message}`)
  return { snapshot: prepared.data, json }
}
