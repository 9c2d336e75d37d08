import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface InstalledPackage {
  /** Empty but for the package. */
  readonly folder: string
  readonly tarball: string
}

/** The packed tarball in an empty folder: what a newcomer has. What is built is built: the tests beside it use it at the same time. */
export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'iap-package-'))
  const packed = JSON.parse(sh('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)) as readonly [
    { readonly filename: string },
  ]
  const tarball = join(folder, packed[0].filename)
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  sh('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev', tarball], folder)
  return { folder, tarball }
}

/** Standard output; throws with standard error where it ends otherwise than with 0. */
export function sh(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
}
