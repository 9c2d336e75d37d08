import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface InstalledPackage {
  /** Empty but for the package. */
  readonly folder: string
  readonly tarball: string
}

/** The packed tarball in an empty folder: what a newcomer has. What is built is built: the tests beside it use it at the same time. */
export function installPackage(): InstalledPackage {
  const folder = emptyFolder()
  const tarball = packInto(folder)
  sh('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=dev', tarball], folder)
  return { folder, tarball }
}

/** As {@link installPackage}, by `tar` in place of npm, which takes twenty times as long: the package needs no other. */
export function unpackPackage(): InstalledPackage {
  const folder = emptyFolder()
  const tarball = packInto(folder)
  const at = join(folder, 'node_modules', 'iap-proxy')
  mkdirSync(at, { recursive: true })
  sh('tar', ['-xzf', tarball, '--strip-components=1', '-C', at], folder)
  return { folder, tarball }
}

/**
 * A folder with the files that `package.json` says are packed, and the command of the package: for what only needs to import it. That a
 * tarball has them is what the tests see that have one.
 */
export function copyPackage(): string {
  const folder = emptyFolder()
  const at = join(folder, 'node_modules', 'iap-proxy')
  const { files, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile
  const isExcluded = (path: string) => files.some((one) => one.startsWith('!') && join(root, one.slice(1)) === path)
  for (const file of ['package.json', ...files.filter((one) => !one.startsWith('!'))])
    cpSync(join(root, file), join(at, file), { recursive: true, filter: (path) => !isExcluded(path) })
  const command = join(folder, 'node_modules', '.bin', 'iap')
  mkdirSync(dirname(command))
  symlinkSync(join(at, bin.iap), command)
  return folder
}

interface PackageFile {
  readonly files: readonly string[]
  readonly bin: { readonly iap: string }
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-package-'))
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  return folder
}

function packInto(folder: string): string {
  const packed = JSON.parse(sh('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)) as readonly [
    { readonly filename: string },
  ]
  return join(folder, packed[0].filename)
}

/** Standard output; throws with standard error where it ends otherwise than with 0. */
export function sh(file: string, args: readonly string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
}
