import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { ImageFile } from '../container/image-file.ts'

/** Returns the files in and below a folder, for `packFiles`. @param under the folder that they are in within the archive; none if empty */
export function readFiles(folder: string, under: string): readonly ImageFile[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return found.map((entry) => {
    const file = join(entry.parentPath, entry.name)
    const path = [under, ...relative(folder, file).split(sep)].filter((part) => part !== '').join('/')
    return { path, type: 'file', body: readFileSync(file) }
  })
}
