import { existsSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'

/** A way to start `iap`. */
export interface IapProgram {
  /** Absolute path of an executable. */
  readonly command: string
  /** Arguments before those of `iap`. */
  readonly args: readonly string[]
  /** Where it was found. */
  readonly origin: 'setting' | 'workspace' | 'PATH' | 'extension'
}

/** Places where `iap` may be, in the order in which they are tried. */
export interface IapPlaces {
  /** Setting `iap.path`; empty if it is not set. */
  readonly setting: string
  /** Workspace folders. */
  readonly folders: readonly string[]
  /** Whether the user trusts the workspace. If not, nothing in its folders is started, unless the setting names it. */
  readonly isTrusted: boolean
  /** Folders of `PATH`. */
  readonly path: readonly string[]
  /** The `iap.js` inside the extension. */
  readonly bundled: string
  /** A Node program, for scripts: VS Code's own. */
  readonly node: string
}

const IN_PACKAGES = 'node_modules/iap-proxy/dist/iap.js'

/**
 * Returns the first `iap` of the places. A script is started with the given Node, and never through a shell: npm installs `iap.cmd` on
 * Windows, which needs one, so the script beside it is used.
 *
 * @throws Error if `iap.path` is not the absolute path of a file
 */
export function findIap({ setting, folders, isTrusted, path, bundled, node }: IapPlaces): IapProgram {
  if (setting !== '') {
    if (!isAbsolute(setting)) throw new Error(`iap.path: expected an absolute path, got "${setting}"`)
    if (!isFile(setting)) throw new Error(`iap.path: there is no file "${setting}"`)
    return program(setting, node, 'setting')
  }
  const inWorkspace = isTrusted ? folders.map((folder) => join(folder, IN_PACKAGES)).find(isFile) : undefined
  if (inWorkspace !== undefined) return program(inWorkspace, node, 'workspace')
  // A relative folder in PATH would be one of the workspace.
  const onPath = path
    .filter(isAbsolute)
    .flatMap((folder) => (process.platform === 'win32' ? ['iap.exe', IN_PACKAGES] : ['iap']).map((name) => join(folder, name)))
    .find((file) => isFile(file) && (isTrusted || !folders.some((folder) => isInside(file, folder))))
  return onPath === undefined ? program(bundled, node, 'extension') : program(onPath, node, 'PATH')
}

function program(file: string, node: string, origin: IapProgram['origin']): IapProgram {
  const isScript = /\.[cm]?js$/.test(realpathSync(file))
  return isScript ? { command: node, args: [file], origin } : { command: file, args: [], origin }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/** Returns whether a file is in a folder, by its own path or by that of the file that it links to. */
function isInside(file: string, folder: string): boolean {
  const real = existsSync(folder) ? realpathSync(folder) : folder
  return [relative(folder, file), relative(real, realpathSync(file))].some(
    (path) => path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path),
  )
}
