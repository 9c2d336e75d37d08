import type { WatchdogConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig } from '../raw-config.ts'
import { type Reading, readDuration } from './reading.ts'

export function readWatchdog({ watchdog = {} }: RawConfig, reading: Reading): WatchdogConfig {
  const read = (key: 'missTimeout' | 'killTimeout', otherwise: string, least: string) =>
    readDuration(watchdog[key], ['watchdog', key], { otherwise, least, most: '10m' }, reading)
  const missTimeout = read('missTimeout', '5s', '1s')
  const killTimeout = read('killTimeout', '30s', '2s')
  if (killTimeout <= missTimeout) {
    const path = ['watchdog', watchdog.killTimeout === undefined ? 'missTimeout' : 'killTimeout']
    reading.problem(path, `${named(path)}: \`killTimeout\` must be longer than \`missTimeout\``)
  }
  return { missTimeout, killTimeout, rollback: watchdog.rollback ?? true }
}
