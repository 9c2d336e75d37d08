/**
 * `npm run generate:reference -- [--check]`: writes the parts of `docs/reference` that the commands, the schema of the configuration and the
 * OpenAPI document determine. With `--check` it writes nothing, and fails if a page is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { referencePages } from './reference-pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')

for (const [path, text] of referencePages(read)) {
  if (read(path) === text) continue
  if (!process.argv.includes('--check')) writeFileSync(root + path, text)
  else {
    console.error(`${path} is not up to date: npm run generate:reference`)
    process.exitCode = 1
  }
}
