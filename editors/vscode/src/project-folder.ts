import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Returns the folder of the project that a policy belongs to: the nearest one above it with an `iap.json` or `iap.yaml`, else the
 * folder of the policy. The search ends at the workspace folder.
 */
export function projectFolder(policy: string, workspaceFolder: string | undefined): string {
  const own = dirname(policy)
  for (let folder = own; ; folder = dirname(folder)) {
    if (['iap.json', 'iap.yaml'].some((name) => existsSync(join(folder, name)))) return folder
    if (workspaceFolder === undefined || folder === workspaceFolder || folder === dirname(folder)) return own
  }
}
