import type { DatumSource } from '../../../policy/index.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'

export function readData({ data = {} }: RawConfig, reading: Reading): Readonly<Record<string, DatumSource>> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, raw]): [string, DatumSource][] => {
      if (raw === undefined) return []
      return [[name, raw.file === undefined ? { kind: 'push' } : { kind: 'file', file: readPath(raw.file, reading) }]]
    }),
  )
}
