import type { SinkConfig } from '../../audit/sink-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawAudit, RawConfig } from '../raw-config.ts'
import type { Path } from '../read-yaml.ts'
import { readModuleSink, readOtlpSink, readRedisSink } from './audit-sinks.ts'
import { items, type Reading, readPath } from './reading.ts'

const PLACES = ['file', 'stdout', 'otlp', 'redis', 'module'] as const
type PlaceKey = (typeof PLACES)[number]

/** What says something of one of them alone. */
const OF: Readonly<Partial<Record<keyof RawAudit, PlaceKey>>> = {
  headers: 'otlp',
  encoding: 'otlp',
  stream: 'redis',
  maxLength: 'redis',
}

/** Left out: standard output, so that decisions are never unrecorded by oversight. */
export function readAudit({ audit }: RawConfig, reading: Reading): readonly SinkConfig[] {
  if (audit === undefined) return [{ kind: 'stdout' }]
  const seen = new Set<string>()
  return items(audit, ['audit']).flatMap(([raw, path]) => {
    const place = placeOf(raw, path, reading)
    if (place === null) return []
    const sink = readSink(place, raw, path, reading)
    const [key, name] = placeNameOf(sink, raw)
    if (seen.has(key)) reading.problem(path, `${name} is a sink already`)
    seen.add(key)
    const { format, whenFull } = raw
    return [{ ...sink, ...(format === 'ocsf' && { format }), ...(whenFull !== undefined && { whenFull }) }]
  })
}

function placeOf(raw: RawAudit, path: Path, reading: Reading): PlaceKey | null {
  const [place, another] = PLACES.filter((key) => Object.hasOwn(raw, key))
  for (const [key, owner] of Object.entries(OF)) {
    const at = [...path, key]
    if (Object.hasOwn(raw, key) && !Object.hasOwn(raw, owner))
      reading.problem(at, `${named(at)} says something of \`${owner}\`, and there is none`, true)
  }
  // One that is empty is told by the schema.
  if (place === undefined && Object.keys(raw).length > 0)
    reading.problem(path, `${named(path)} lacks where records go: one of ${PLACES.map((key) => `\`${key}\``).join(', ')}`)
  if (place !== undefined && another !== undefined)
    reading.problem(path, `${named(path)} is one sink, and has both \`${place}\` and \`${another}\``)
  return place ?? null
}

function readSink(place: PlaceKey, raw: RawAudit, path: Path, reading: Reading): SinkConfig {
  switch (place) {
    case 'file':
      return { kind: 'file', file: readPath(raw.file, reading) }
    case 'stdout':
      return { kind: 'stdout' }
    case 'otlp':
      return readOtlpSink(raw, path, reading)
    case 'redis':
      return readRedisSink(raw, path, reading)
    case 'module':
      return readModuleSink(raw, reading)
  }
}

/** What two sinks must not have in common, and how it is said. */
function placeNameOf(sink: SinkConfig, raw: RawAudit): readonly [key: string, name: string] {
  switch (sink.kind) {
    case 'file':
      return [`file ${sink.file}`, `\`${raw.file}\``]
    case 'stdout':
      return ['stdout', 'standard output']
    case 'otlp':
      return [`otlp ${sink.url}`, `\`${raw.otlp}\``]
    case 'redis':
      return [`redis ${sink.url} ${sink.stream}`, `the stream \`${sink.stream}\``]
    case 'module':
      return [`module ${sink.module}`, `\`${raw.module}\``]
  }
}
