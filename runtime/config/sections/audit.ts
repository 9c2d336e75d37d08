import type { AuditConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readPath } from './reading.ts'

/** Left out: standard output, so that decisions are never unrecorded by oversight. */
export function readAudit({ audit }: RawConfig, reading: Reading): readonly AuditConfig[] {
  if (audit === undefined) return [{ kind: 'stdout' }]
  const seen = new Set<string>()
  return items(audit, ['audit']).map(([sink, path]) => {
    const file = sink.file === undefined ? null : readPath(sink.file, reading)
    const name = file === null ? 'standard output' : `\`${sink.file}\``
    if (seen.has(file ?? '')) reading.problem(path, `${name} is a sink already`)
    seen.add(file ?? '')
    return file === null ? { kind: 'stdout' } : { kind: 'file', file }
  })
}
