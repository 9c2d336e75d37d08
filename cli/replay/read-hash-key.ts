import { resolve } from 'node:path'
import { constantsIn } from '../../compiler/index.ts'
import type { LoadedPolicy } from '../../compiler/project/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { HashKey } from '../../runtime/telemetry/replay/index.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'
import { scalarsIn, type VersionedDatum } from './versioned-data.ts'

/** The secret of `audit.redact.key`, to tell what hashed values equal; null where none is given. */
export function readHashKey(
  io: Io,
  path: string | undefined,
  loaded: LoadedPolicy,
  data: Readonly<Record<string, VersionedDatum>>,
): HashKey | null {
  if (path === undefined) return null
  let text: string | null
  try {
    text = io.files.readText(resolve(io.cwd, path))
  } catch (error) {
    throw new Stop(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  if (text === null) throw new Stop(`\`${path}\` does not exist`)
  const constants = [...constantsIn(loaded.explained().model), ...Object.values(data).flatMap(({ json }) => scalarsIn(json))]
  return new HashKey(text.replace(/\r?\n$/, ''), constants)
}
