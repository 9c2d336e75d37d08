import { resolve } from 'node:path'
import { parseStrictJson } from '../../request/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { type DataSnapshot, noData, type Policy } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'
import { placeIn } from './read-values.ts'

export interface ReadData {
  readonly snapshot: DataSnapshot
  /** As it stands in the file. */
  readonly json: Readonly<Record<string, unknown>>
}

/** Data of a policy from a file: a JSON object from the name of each datum to its value. */
export function readData(io: Io, policy: Policy, path: string): ReadData {
  let text: string | null
  try {
    text = io.files.readText(resolve(io.cwd, path))
  } catch (error) {
    throw new Stop(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  if (text === null) throw new Stop(`\`${path}\` does not exist`)
  const parsed = parseStrictJson(text)
  if (!parsed.ok) throw new Stop(`\`${path}\` cannot be read: ${parsed.message}, ${placeIn(text, parsed.offset)}`)
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Stop(`\`${path}\` must hold an object from names of data to their values`)
  const json = value as Readonly<Record<string, unknown>>
  const prepared = policy.prepare(json, noData)
  if (!prepared.ok) throw new Stop(`\`${path}\`: ${prepared.message}`)
  return { snapshot: prepared.data, json }
}
