import { dirname, resolve } from 'node:path'
import { type ConfigLocation, type LoadOptions, type LoadResult, readConfig } from './read-config.ts'

export type { LoadOptions, LoadResult }

/**
 * Parses a configuration from YAML. Returns the configuration, or an error for each mistake. Opens no files.
 *
 * @param fileName name of the configuration file, to which paths are relative
 */
export function loadConfig(text: string, fileName: string, options: LoadOptions = {}): LoadResult {
  return readConfig(text, locationOf(fileName), options)
}

/** Returns the location of a file by the path rules of this system. */
function locationOf(fileName: string): ConfigLocation {
  return {
    file: fileName,
    path: resolve(fileName),
    absolute: (path) => resolve(dirname(fileName), path),
  }
}
