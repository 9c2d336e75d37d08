import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProduct, type ProductFile } from './figures.ts'

/**
 * Reads the committed files of the product.
 *
 * @param root absolute path of a checkout
 * @returns the files sorted by path
 */
export function readProductFiles(root: string): readonly ProductFile[] {
  return (
    execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
      .split('\n')
      // A deletion that is not staged is still listed.
      .filter((path) => isProduct(path) && existsSync(join(root, path)))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  )
}
