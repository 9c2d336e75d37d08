import type { AuditConfig, RedactConfig, RotateConfig, SampleRule } from '../../audit/audit-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawAudit, RawConfig, RawRedact, RawRotate, RawSample } from '../raw-config.ts'
import type { Path } from '../read-yaml.ts'
import { parseSize } from '../size.ts'
import { items, type Reading, readDuration, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

const STDOUT: AuditConfig = { kind: 'stdout', whenFull: 'block', sample: [], redact: null }

/** Left out: standard output, so that decisions are never unrecorded by oversight. */
export function readAudit({ audit }: RawConfig, reading: Reading): readonly AuditConfig[] {
  if (audit === undefined) return [STDOUT]
  const seen = new Set<string>()
  return items(audit, ['audit']).map(([sink, path]) => {
    checkKind(sink, path, reading)
    const file = sink.file === undefined ? null : readPath(sink.file, reading)
    const name = file === null ? 'standard output' : `\`${sink.file}\``
    if (seen.has(file ?? '')) reading.problem(path, `${name} is a sink already`)
    seen.add(file ?? '')
    const common = {
      whenFull: sink.whenFull ?? 'block',
      sample: items(sink.sample, [...path, 'sample']).map(([rule]) => readRule(rule)),
      redact: sink.redact === undefined ? null : readRedact(sink.redact, [...path, 'redact'], reading),
    } as const
    if (file === null) return { kind: 'stdout', ...common }
    return {
      kind: 'file',
      file,
      chain: sink.chain ?? true,
      key: sink.key === undefined ? null : readPath(sink.key, reading),
      rotate: sink.rotate === undefined ? null : readRotate(sink.rotate, [...path, 'rotate'], reading),
      fsync: sink.fsync ?? 'interval',
      ...common,
    }
  })
}

const OF_FILES = ['chain', 'key', 'rotate', 'fsync'] as const
const OF_ALL = ['whenFull', 'sample', 'redact']

function checkKind(sink: RawAudit, path: Path, reading: Reading): void {
  const has = (key: keyof RawAudit) => Object.hasOwn(sink, key)
  const expected = 'either `{ file: PATH }` or `{ stdout: true }`'
  if (has('file') && has('stdout')) return void reading.problem(path, `${named(path)} must be ${expected}, not both`)
  // A key that is unknown, and told, may be what was meant to name it.
  const isKnown = Object.keys(sink).every((key) => [...OF_FILES, ...OF_ALL].includes(key))
  if (!has('file') && !has('stdout') && isKnown)
    return void reading.problem(path, `${named(path)} names no sink: expected is ${expected}`)
  for (const key of OF_FILES)
    if (has('stdout') && has(key)) reading.problem([...path, key], `${named([...path, key])} is for files alone`, true)
  if (sink.chain === false && has('key'))
    reading.problem([...path, 'key'], `${named([...path, 'key'])} signs checkpoints of a chain, and \`chain\` is \`false\``, true)
}

function readRule({ effect = 'permit', labels = [], keep = 0 }: RawSample): SampleRule {
  return { effect, labels: labels.filter((label) => label !== undefined), keep }
}

const LEAST = '1MiB'

function readRotate(raw: RawRotate, path: Path, reading: Reading): RotateConfig {
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

function readSizeOf(text: string, path: Path, reading: Reading): number {
  const size = parseSize(text) ?? 0
  if (size < (parseSize(LEAST) as number))
    reading.problem(path, `${named(path)} is at least \`${LEAST}\`, and this is \`${text}\``)
  return size
}

function readRedact({ omit, hash, key }: RawRedact, path: Path, reading: Reading): RedactConfig {
  const hashed = items(hash, [...path, 'hash']).map(([name]) => name)
  if (hashed.length > 0 && key === undefined)
    reading.problem(path, `${named(path)} lacks \`key\`: without one, whoever guesses a value can tell that it is the one`, true)
  return {
    omit: items(omit, [...path, 'omit']).map(([name]) => name),
    hash: hashed,
    key: key === undefined ? null : readSecretRef(key, reading),
  }
}
