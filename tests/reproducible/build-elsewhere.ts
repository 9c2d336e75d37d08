import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const iap = join(root, 'dist', 'iap.js')

/** All examples: with imports of files, bodies with schemas, data, tests. */
export const EXAMPLES = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

export interface Elsewhere {
  /** The program that runs `dist/iap.js`. */
  readonly node: string
  /** In which order the files of the policies come to be. */
  readonly order: (a: string, b: string) => number
}

/** SHA-256 of the bundle of an example's policies, copied to a new folder with a name of its own and built there. */
export function digestBuilt(example: string, { node, order }: Elsewhere, key: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-elsewhere-'))
  try {
    const from = join(root, 'examples', example, 'policies')
    for (const file of filesOf(from).sort(order)) {
      const to = join(folder, 'policies', relative(from, file))
      mkdirSync(dirname(to), { recursive: true })
      copyFileSync(file, to)
    }
    const flags = ['--sign', key, '--sequence', '7', '-o', 'policy.iapb']
    execFileSync(node, [iap, 'build', 'policies', ...flags], { cwd: folder, stdio: 'pipe' })
    return createHash('sha256')
      .update(readFileSync(join(folder, 'policy.iapb')))
      .digest('hex')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
