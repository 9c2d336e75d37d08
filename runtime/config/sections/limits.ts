import type { LimitsConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { parseSize } from '../size.ts'
import type { Reading } from './reading.ts'

const MOST = '64MiB'

export function readLimits({ limits }: RawConfig, reading: Reading): LimitsConfig {
  const path = ['limits', 'body']
  const body = parseSize(limits?.body ?? '1MiB') ?? 0
  if (body > (parseSize(MOST) as number))
    reading.problem(path, `${named(path)} is at most \`${MOST}\`, and this is \`${limits?.body}\``)
  return { body }
}
