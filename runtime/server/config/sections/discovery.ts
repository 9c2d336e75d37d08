import { resolve } from 'node:path'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'

/**
 * Read last: the file is replaced as a whole, now and then, so that nobody else may have it.
 *
 * @param option `--learn`, absolute, in place of the key
 */
export function readLearn({ learn }: RawConfig, option: string | null, { folder, paths, problem }: Reading): string | null {
  const file = option ?? (typeof learn === 'string' ? resolve(folder, learn) : null)
  if (file !== null && paths.has(file)) {
    const why = `names \`${file}\`, which the configuration has for something else: what is learned is in a file of its own`
    problem(option === null ? ['learn'] : [], `${option === null ? '`learn`' : '`--learn`'} ${why}`)
  }
  return file
}
