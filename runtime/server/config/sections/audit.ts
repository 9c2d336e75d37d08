import type { ConfigPath } from '../../../base/config-error.ts'
import { parseSize } from '../../../base/units.ts'
import type {
  AuditConfig,
  FileAuditConfig,
  RedactConfig,
  RotateConfig,
  SampleRule,
} from '../../../telemetry/audit/audit-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawAudit, RawConfig, RawRedact, RawRotate, RawSample } from '../raw-config.ts'
import { readOtlpSink, readPluginSink, readRedisSink } from './audit-sinks.ts'
import { items, type Reading, readDuration, readPath, readStartFile } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

const STDOUT: AuditConfig = { kind: 'stdout', format: 'iap', whenFull: 'block', sample: [], redact: null, values: 'conditions' }

const PLACES = ['file', 'stdout', 'otlp', 'redis', 'plugin'] as const
type PlaceKey = (typeof PLACES)[number]

/** Keys that apply to one kind of sink. */
const OF: Readonly<Partial<Record<keyof RawAudit, PlaceKey>>> = {
  chain: 'file',
  key: 'file',
  rotate: 'file',
  fsync: 'file',
  headers: 'otlp',
  encoding: 'otlp',
  stream: 'redis',
  maxLength: 'redis',
}
const OF_ALL = ['format', 'whenFull', 'sample', 'redact', 'values']

/** Reads the section `audit`. The default sink is standard output, so that no decision goes unrecorded by oversight. */
export function readAudit(config: RawConfig, reading: Reading): readonly AuditConfig[] {
  const { audit } = config
  if (audit === undefined) return [STDOUT]
  const seen = new Set<string>()
  return items(audit, ['audit']).flatMap(([raw, path]) => {
    const place = placeOf(raw, path, reading)
    if (place === null) return []
    const common = {
      format: raw.format ?? 'iap',
      whenFull: raw.whenFull ?? 'block',
      sample: items(raw.sample, [...path, 'sample']).map(([rule]) => readRule(rule)),
      redact: raw.redact === undefined ? null : readRedact(raw.redact, [...path, 'redact'], reading),
      values: raw.values ?? 'conditions',
    } as const
    const sink: AuditConfig =
      place === 'file'
        ? { ...readFile(raw, path, reading), ...common }
        : place === 'stdout'
          ? { kind: 'stdout', ...common }
          : { ...readRemote(place, raw, path, config, reading), ...common }
    const [key, name] = placeNameOf(sink, raw)
    if (seen.has(key)) reading.problem(path, `${name} is already a sink: remove one of the two`)
    seen.add(key)
    return [sink]
  })
}

function placeOf(raw: RawAudit, path: ConfigPath, reading: Reading): PlaceKey | null {
  const [place, another] = PLACES.filter((key) => Object.hasOwn(raw, key))
  const keys = Object.keys(raw)
  // A reported unknown key may be the one meant.
  const isKnown = keys.every((key) => Object.hasOwn(OF, key) || OF_ALL.includes(key))
  if (place === undefined) {
    // The schema reports an empty one.
    if (keys.length > 0 && isKnown)
      reading.problem(path, `${named(path)} needs a target for records: one of ${PLACES.map((key) => `\`${key}\``).join(', ')}`)
    return null
  }
  if (another !== undefined)
    reading.problem(path, `${named(path)} must have one target, not both \`${place}\` and \`${another}\``)
  for (const [key, owner] of Object.entries(OF)) {
    const at = [...path, key]
    if (Object.hasOwn(raw, key) && !Object.hasOwn(raw, owner))
      reading.problem(at, `${named(at)} needs \`${owner}\`, which is missing`, true)
  }
  return place
}

type SinkSettings<Config> = Omit<Config, 'format' | 'whenFull' | 'sample' | 'redact' | 'values'>

function readFile(raw: RawAudit, path: ConfigPath, reading: Reading): SinkSettings<FileAuditConfig> {
  const at = (key: string) => [...path, key]
  const isOcsf = raw.format === 'ocsf'
  // Verification reads plain records.
  if (isOcsf && raw.chain === true)
    reading.problem(at('chain'), `${named(at('chain'))} cannot be used with the \`format\` \`ocsf\`: use \`iap\``, true)
  const chain = raw.chain ?? !isOcsf
  if (!chain && Object.hasOwn(raw, 'key'))
    reading.problem(
      at('key'),
      `${named(at('key'))} signs checkpoints of a chain, but ${isOcsf ? '`format` is `ocsf`' : '`chain` is `false`'}: remove it`,
      true,
    )
  return {
    kind: 'file',
    file: readPath(raw.file, reading),
    chain,
    key: raw.key === undefined ? null : readStartFile(raw.key, reading),
    rotate: raw.rotate === undefined ? null : readRotate(raw.rotate, at('rotate'), reading),
    fsync: raw.fsync ?? 'interval',
  }
}

function readRemote(place: 'otlp' | 'redis' | 'plugin', raw: RawAudit, path: ConfigPath, config: RawConfig, reading: Reading) {
  switch (place) {
    case 'otlp':
      return readOtlpSink(raw, path, reading)
    case 'redis':
      return readRedisSink(raw, path, config, reading)
    case 'plugin':
      return readPluginSink(raw, reading)
  }
}

/** Returns the identity of a sink, which must be unique, and its name. */
function placeNameOf(sink: AuditConfig, raw: RawAudit): readonly [key: string, name: string] {
  switch (sink.kind) {
    case 'file':
      return [`file ${sink.file}`, `\`${raw.file}\``]
    case 'stdout':
      return ['stdout', 'standard output']
    case 'otlp':
      return [`otlp ${sink.url}`, `\`${raw.otlp}\``]
    case 'redis':
      return [`redis ${raw.redis} ${sink.stream}`, `the stream \`${sink.stream}\``]
    case 'plugin':
      return [`plugin ${sink.plugin}`, `\`${raw.plugin}\``]
  }
}

function readRule({ effect = 'permit', labels = [], keep = 0 }: RawSample): SampleRule {
  return { effect, labels: labels.filter((label) => label !== undefined), keep }
}

const LEAST = '1MiB'

function readRotate(raw: RawRotate, path: ConfigPath, reading: Reading): RotateConfig {
  if (!Object.hasOwn(raw, 'size') && !Object.hasOwn(raw, 'age'))
    reading.problem(path, `${named(path)} needs a \`size\`, an \`age\`, or both`)
  return {
    size: raw.size === undefined ? null : readSizeOf(raw.size, [...path, 'size'], reading),
    age:
      raw.age === undefined
        ? null
        : readDuration(raw.age, [...path, 'age'], { otherwise: '1d', least: '1m', most: '365d' }, reading),
    keep: raw.keep ?? null,
  }
}

function readSizeOf(text: string, path: ConfigPath, reading: Reading): number {
  const size = parseSize(text) ?? 0
  if (size < (parseSize(LEAST) as number)) reading.problem(path, `${named(path)} must be at least \`${LEAST}\`, got \`${text}\``)
  return size
}

function readRedact({ omit, hash, key }: RawRedact, path: ConfigPath, reading: Reading): RedactConfig {
  // Restricted by the schema's pattern.
  const namesIn = (list: RawRedact['omit']) => items(list, path).map(([name]) => name) as RedactConfig['omit']
  const hashed = namesIn(hash)
  if (hashed.length > 0 && key === undefined)
    reading.problem(path, `${named(path)} needs \`key\`: without it, a hashed value can be found by guessing`, true)
  return {
    omit: namesIn(omit),
    hash: hashed,
    key: key === undefined ? null : readSecretRef(key, reading),
  }
}
