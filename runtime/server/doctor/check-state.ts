import { randomUUID } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../../base/errors.ts'
import type { Config } from '../config/index.ts'
import type { DoctorCheck, Reporter } from './diagnosis.ts'

/** Returns a check for each folder in which the proxy keeps state. */
export function stateChecks({ bundle, assertion }: Config): readonly DoctorCheck[] {
  const folders: readonly (readonly [place: string, folder: string | null])[] = [
    ['bundle.state', bundle?.state ?? null],
    ['assertion.state', assertion.state],
  ]
  return folders.flatMap(([place, folder]): readonly DoctorCheck[] =>
    folder === null ? [] : [{ name: 'state-folder', place, run: (report) => checkFolder(folder, place, report) }],
  )
}

async function checkFolder(folder: string, place: string, report: Reporter): Promise<void> {
  let mode: number
  try {
    const found = await stat(folder)
    if (!found.isDirectory())
      return report('problem', `\`${folder}\` is not a folder`, { advice: `name a folder in \`${place}\`, or remove the file` })
    mode = found.mode
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return report('skipped', `the folder \`${folder}\` does not exist: the proxy creates it`)
    return report('problem', `the folder \`${folder}\` cannot be read: ${reasonOf(error)}`, { advice: `correct \`${place}\`` })
  }
  await checkWrite(folder, report)
  if (process.platform !== 'win32' && (mode & 0o022) !== 0)
    report('warning', `other users of this machine can write in \`${folder}\` (mode ${(mode & 0o777).toString(8)})`, {
      advice: `run \`chmod go-w ${folder}\``,
    })
}

/** Creates an empty file and removes it: permissions, quotas and read-only file systems show only then. */
async function checkWrite(folder: string, report: Reporter): Promise<void> {
  const file = join(folder, `.iap-doctor-${randomUUID()}`)
  try {
    await (await open(file, 'wx', 0o600)).close()
    await rm(file)
    report('ok', `files can be written in \`${folder}\``)
  } catch (error) {
    await rm(file, { force: true }).catch(() => {})
    report('problem', `no file can be written in \`${folder}\`: ${reasonOf(error)}`, {
      advice: 'give the user that runs the proxy write access to the folder, or free space on its disk',
    })
  }
}
