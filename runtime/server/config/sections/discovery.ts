import { resolve } from 'node:path'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'

/**
 * Must be read last, as no other key may use this file, which is replaced as a whole.
 *
 * @param option `--learn`, absolute: overrides the key
 */
export function readLearn({ learn }: RawConfig, option: string | null, { folder, paths, problem }: Reading): string | null {
  const file = option ?? (typeof learn === 'string' ? resolve(folder, learn) : null)
  if (file !== null && paths.has(file)) {
    const why = `names \`${file}\`, which the configuration already uses: give another file`
    problem(option === null ? ['learn'] : [], `${option === null ? '`learn`' : '`--learn`'} ${why}`)
  }
  return file
}
