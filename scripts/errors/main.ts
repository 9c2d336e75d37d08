/**
 * `npm run generate:errors -- [--check]`: writes the parts of `docs/reference/errors` that `runtime/proxy/refusals/failure-codes.ts`
 * determines. With `--check` it writes nothing, and fails if a page is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorPages } from './error-pages.ts'

const folder = fileURLToPath(new URL('../../docs/reference/errors/', import.meta.url))

for (const [name, text] of errorPages((page) => readFileSync(folder + page, 'utf8'))) {
  if (readFileSync(folder + name, 'utf8') === text) continue
  if (!process.argv.includes('--check')) writeFileSync(folder + name, text)
  else {
    console.error(`docs/reference/errors/${name} is not up to date: npm run generate:errors`)
    process.exitCode = 1
  }
}
