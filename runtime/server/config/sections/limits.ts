import { parseSize } from '../../../base/units.ts'
import type { LimitsConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readDuration } from './reading.ts'

const MOST_BODY = '64MiB'
const LEAST_MEMORY = '64MiB'

export function readLimits({ limits = {} }: RawConfig, reading: Reading): LimitsConfig {
  const path = ['limits', 'body']
  const body = parseSize(limits.body ?? '1MiB') ?? 0
  if (body > (parseSize(MOST_BODY) as number))
    reading.problem(path, `${named(path)} must be at most \`${MOST_BODY}\`, got \`${limits.body}\``)
  return {
    body,
    connections: limits.connections ?? null,
    stalled: readDuration(limits.stalled, ['limits', 'stalled'], { otherwise: '60s', least: '1s', most: '1h' }, reading),
    streamGrace: readDuration(
      limits.streamGrace,
      ['limits', 'streamGrace'],
      { otherwise: '30s', least: '1s', most: '1h' },
      reading,
    ),
    lag: readDuration(limits.lag, ['limits', 'lag'], { otherwise: '1s', least: '10ms', most: '1m' }, reading),
    memory: limits.memory === undefined ? null : readMemory(limits.memory, reading),
  }
}

function readMemory(text: string, reading: Reading): number {
  const path = ['limits', 'memory']
  const memory = parseSize(text) ?? 0
  if (memory < (parseSize(LEAST_MEMORY) as number))
    reading.problem(path, `${named(path)} must be at least \`${LEAST_MEMORY}\`, got \`${text}\``)
  return memory
}
