import { resolve } from 'node:path'
import { parseStrictJson } from '../../request/index.ts'
import type { DataSnapshot } from '../../runtime/abi/index.ts'
import { noData, type Policy } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { reasonOf, Stop } from '../stop.ts'
import { placeIn } from './read-values.ts'

/** Data of a policy from a file: a JSON object from the name of each datum to its value. */
export function readData(io: Io, policy: Policy, path: string): DataSnapshot {
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
  const prepared = policy.data(value as Readonly<Record<string, unknown>>, noData)
  if (!prepared.ok) throw new Stop(`\`${path}\`: ${prepared.message}`)
  return prepared.data
}
