import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'

/**
 * Reads the key `learn`: the file for learned routes, or `null`. Must be called after all other sections, because none of them
 * may use this file, which is overwritten.
 *
 * @param option absolute path given by `--learn`, which overrides the key; `null` without it
 */
export function readLearn({ learn }: RawConfig, option: string | null, { absolute, paths, problem }: Reading): string | null {
  const file = option ?? (typeof learn === 'string' ? absolute(learn) : null)
  if (file !== null && paths.has(file)) {
    const why = `names \`${file}\`, which the configuration already uses: give another file`
    problem(option === null ? ['learn'] : [], `${option === null ? '`learn`' : '`--learn`'} ${why}`)
  }
  return file
}
