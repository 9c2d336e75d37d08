import { resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import type { Bundle } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { Stop } from '../stop.ts'

/** The bytes of a bundle that a person named. */
export function readBundleFile(io: Io, path: string): Uint8Array {
  let bytes: Uint8Array | null
  try {
    bytes = io.files.readBytes(resolve(io.cwd, path))
  } catch (error) {
    throw new Stop(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
  if (bytes === null) throw new Stop(`\`${path}\` does not exist`, '`iap build PATH… -o FILE` makes a bundle')
  return bytes
}

/** How many tests it brings for whoever takes it. */
export function carriedTests({ tests }: Pick<Bundle, 'tests'>): number {
  return (tests ?? '').split('\n').length - 1
}
