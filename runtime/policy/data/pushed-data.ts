import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRegular } from '../../base/files/read-regular.ts'
import { replaceFile } from '../../base/files/replace-file.ts'

export interface PushedData {
  /**
   * Returns the stored text of a datum, or `null` without one.
   *
   * @throws errors of the file system
   */
  read(name: string): Promise<string | null>
  write(name: string, text: string): Promise<void>
}

/**
 * Opens the persistent store of data that operators write by the admin API. Each datum has a file `data/<name>.json` in the state
 * folder. Names are identifiers of the policy language, so they are safe as names of files.
 */
export function openPushedData(state: string): PushedData {
  const folder = join(state, 'data')
  const fileOf = (name: string) => join(folder, `${name}.json`)
  return {
    async read(name) {
      try {
        return (await readRegular(fileOf(name))).toString()
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async write(name, text) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      replaceFile(fileOf(name), text)
    },
  }
}
