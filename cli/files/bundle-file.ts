import type { Bundle } from '../../runtime/policy/index.ts'
import type { Io } from '../io.ts'
import { readBytesFile } from './read-file.ts'

/** The bytes of a bundle that a person named. */
export function readBundleFile(io: Io, path: string): Uint8Array {
  return readBytesFile(io, path, '`iap build PATH… -o FILE` makes a bundle')
}

/** How many tests it brings for whoever takes it. */
export function carriedTests({ tests }: Pick<Bundle, 'tests'>): number {
  return (tests ?? '').split('\n').length - 1
}
