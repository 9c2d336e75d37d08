// vitest's `globalSetup`: tests import generated modules and start the programs in `dist/`, so both are brought up to date first.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from './generate.mjs'

/** @import { TestProject } from 'vitest/node' */

const root = fileURLToPath(new URL('../', import.meta.url))
const SOURCES = [
  'package-lock.json',
  'language',
  'request',
  'compiler',
  'analysis',
  'interpreter',
  'runtime',
  'cli',
  'sdk',
  'scripts',
]

/** @param {TestProject} project */
export async function setup({ vitest }) {
  await generate()
  if (vitest.config.coverage.enabled) {
    build('--source-maps')
    // Taken for an old one by the next run, if this one is interrupted.
    utimesSync(join(root, 'dist/meta/proxy.json'), 0, 0)
    return () => build()
  }
  // The last file that a build writes.
  if (changedAt('dist/meta/proxy.json') < Math.max(...SOURCES.map(changedAt))) {
    console.log('npm run build: `dist/` is older than its sources')
    build()
  }
}

/** @param {readonly string[]} options */
function build(...options) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), ...options], { stdio: 'inherit', timeout: 300_000 })
}

/** Returns when the newest file of a folder, or a file, changed in milliseconds since 1970; 0 if there is none. @param {string} path */
function changedAt(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0
  const files = readdirSync(join(root, path), { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.endsWith('.test.ts') && !entry.name.endsWith('.md'),
  )
  return Math.max(0, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs))
}
