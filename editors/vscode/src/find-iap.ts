import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

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
  /** Workspace folders. Empty if the workspace is not trusted: a workspace may then not choose what runs. */
  readonly folders: readonly string[]
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
export function findIap({ setting, folders, path, bundled, node }: IapPlaces): IapProgram {
  if (setting !== '') {
    if (!isAbsolute(setting)) throw new Error(`iap.path: expected an absolute path, got "${setting}"`)
    if (!isFile(setting)) throw new Error(`iap.path: there is no file "${setting}"`)
    return program(setting, node, 'setting')
  }
  const inWorkspace = folders.map((folder) => join(folder, IN_PACKAGES)).find(isFile)
  if (inWorkspace !== undefined) return program(inWorkspace, node, 'workspace')
  // A relative folder in PATH would be one of the workspace.
  const onPath = path
    .filter(isAbsolute)
    .flatMap((folder) => (process.platform === 'win32' ? ['iap.exe', IN_PACKAGES] : ['iap']).map((name) => join(folder, name)))
    .find(isFile)
  return onPath === undefined ? program(bundled, node, 'extension') : program(onPath, node, 'PATH')
}

function program(file: string, node: string, origin: IapProgram['origin']): IapProgram {
  const isScript = /\.[cm]?js$/.test(realpathSync(file))
  return isScript ? { command: node, args: [file], origin } : { command: file, args: [], origin }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
