import { dirname, resolve } from 'node:path'
import { type LoadOptions, type LoadResult, readConfig } from './read-config.ts'

export type { LoadOptions, LoadResult }

/**
 * Parses a configuration from YAML. Returns the configuration, or an error for each mistake. Opens no files.
 *
 * @param fileName name of the configuration file, to which paths are relative
 */
export function loadConfig(text: string, fileName: string, options: LoadOptions = {}): LoadResult {
  const absolute = (path: string) => resolve(dirname(fileName), path)
  return readConfig(text, { file: fileName, path: resolve(fileName), absolute }, options)
}
