// `node scripts/run.mjs FILE.ts WORDS…`: runs a TypeScript program of the project on the oldest Node that it supports, which reads none. It is
// bundled into the folder of builds first; packages stay where they are.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..')
const [entry, ...words] = process.argv.slice(2)
// Below the root, so that packages are found; each entry has a file of its own, so that two can run side by side.
const outfile = join(root, '.tsbuild/run', `${entry.replace(/\.ts$/, '').replaceAll('/', '-')}.mjs`)

await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  // `import.meta.url` of the bundle is that of the entry: files beside it are found as they would be unbundled.
  define: { 'import.meta.url': 'iapEntryUrl' },
  banner: { js: `const iapEntryUrl = ${JSON.stringify(new URL(`../${entry}`, import.meta.url).href)}` },
  logLevel: 'warning',
})
const { status, signal } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...words], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = signal === null ? (status ?? 2) : 2
