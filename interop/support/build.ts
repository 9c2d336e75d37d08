import { spawnSync } from 'node:child_process'
import { root } from './root.ts'

/** The built command, `dist/iap.js`. */
export const iap: string = `${root}dist/iap.js`

/** Builds `dist/` from the sources as they are. @throws Error if the build fails */
export function build(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`the build failed with exit code ${status}`)
}
