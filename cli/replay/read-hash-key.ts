import { constantsIn } from '../../compiler/index.ts'
import type { LoadedPolicy } from '../../compiler/project/index.ts'
import { HashKey } from '../../runtime/telemetry/replay/index.ts'
import { readTextFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { scalarsIn, type VersionedDatum } from './versioned-data.ts'

/**
 * Reads the secret of `audit.redact.key` from a file. With it, replay recognizes constants of the policy and data in redacted
 * records. Returns null if no file is given.
 */
export function readHashKey(
  io: Io,
  path: string | undefined,
  loaded: LoadedPolicy,
  data: Readonly<Record<string, VersionedDatum>>,
): HashKey | null {
  if (path === undefined) return null
  const text = readTextFile(io, path)
  const constants = [...constantsIn(loaded.explained().model), ...Object.values(data).flatMap(({ json }) => scalarsIn(json))]
  return new HashKey(text.replace(/\r?\n$/, ''), constants)
}
