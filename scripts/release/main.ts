/**
 * `npm run release -- FOLDER --key FILE [--only npm,proxy]`: builds, and writes all files of a release with their signed checksums.
 * `npm run release -- --verify FOLDER --key FILE`: verifies a release with the public key. Exit code 1 if it is not what the key signed.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readSigningKey } from '../../compiler/bundle/index.ts'
import { readPublicKey, verifyFolder } from './checksums.ts'
import { makeRelease } from './make-release.ts'
import { parts } from './parts.ts'

const USAGE = `usage: npm run release -- FOLDER --key PRIVATE-KEY [--only PART,…]
       npm run release -- --verify FOLDER --key PUBLIC-KEY
parts: ${Object.keys(parts).join(', ')}`
const root = fileURLToPath(new URL('../../', import.meta.url))

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, verify: { type: 'boolean', default: false }, only: { type: 'string' } },
  })
  const [folder] = positionals
  if (folder === undefined || positionals.length !== 1 || values.key === undefined) throw new Error(USAGE)
  const text = readFileSync(values.key, 'utf8')
  const only = values.only?.split(',')
  const unknown = only?.find((name) => !Object.hasOwn(parts, name))
  if (unknown !== undefined) throw new Error(`--only: expected some of ${Object.keys(parts).join(', ')}, got \`${unknown}\``)
  if (values.verify) {
    const problems = verifyFolder(folder, readPublicKey(text))
    for (const problem of problems) console.error(problem)
    if (problems.length === 0) console.log(`${folder}: every file is as the key signed it`)
    process.exitCode = problems.length === 0 ? 0 : 1
  } else {
    const read = readSigningKey(text)
    if (!read.ok) throw new Error(`${values.key}: ${read.message}`)
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit', timeout: 600_000 })
    await makeRelease({
      root,
      folder: resolve(folder),
      key: read.key.key,
      ...(only && { only }),
      progress: (name) => console.log(name),
    })
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
