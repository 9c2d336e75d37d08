import type { ConfigPath } from '../../../base/config-error.ts'
import type { Timeouts } from '../../../proxy/upstreams/upstream-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawService } from '../raw-config.ts'
import { type Reading, readDuration } from './reading.ts'

const CONNECT = 5000

/**
 * Reads the timeouts of a service. `timeout` sets both `firstByte` and `idle`, which override it. Reports a problem for a
 * timeout that exceeds `total`; defaults are shortened instead.
 */
export function readTimeouts(raw: RawService, path: ConfigPath, reading: Reading): Timeouts {
  const given = raw.timeouts ?? {}
  const at = (key: keyof typeof given): ConfigPath => [...path, 'timeouts', key]
  const read = (key: keyof typeof given, most: string) =>
    given[key] === undefined ? null : readDuration(given[key], at(key), { otherwise: '0s', least: '1ms', most }, reading)
  const both = readDuration(raw.timeout, [...path, 'timeout'], { otherwise: '30s', least: '1ms', most: '1h' }, reading)
  const [connect, firstByte, idle, total] = [
    read('connect', '1m'),
    read('firstByte', '1h'),
    read('idle', '24h'),
    read('total', '24h'),
  ]

  if (raw.timeout !== undefined && firstByte !== null && idle !== null)
    reading.problem(
      [...path, 'timeout'],
      `${named([...path, 'timeout'])} duplicates \`timeouts.firstByte\` and \`timeouts.idle\`: remove it`,
    )
  const longest = total ?? Number.POSITIVE_INFINITY
  const check = (value: number | null, where: ConfigPath): void => {
    if (value !== null && value > longest) reading.problem(where, `${named(where)} must not be longer than \`timeouts.total\``)
  }
  check(connect, at('connect'))
  check(firstByte, at('firstByte'))
  check(idle, at('idle'))
  if (raw.timeout !== undefined && (firstByte === null || idle === null)) check(both, [...path, 'timeout'])

  const begins = firstByte ?? Math.min(both, longest)
  return { connect: connect ?? Math.min(CONNECT, begins), firstByte: begins, idle: idle ?? Math.min(both, longest), total }
}
