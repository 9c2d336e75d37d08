import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the project, with a `/` at its end. Interop runs are bundled, and tests are not, so files lie in different places. */
export const root: string = `${folderWith('package.json', dirname(fileURLToPath(import.meta.url)))}/`

function folderWith(name: string, folder: string): string {
  if (existsSync(join(folder, name))) return folder
  if (dirname(folder) === folder) throw new Error(`no folder above this program has \`${name}\``)
  return folderWith(name, dirname(folder))
}
