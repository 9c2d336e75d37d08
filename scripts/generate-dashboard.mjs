/**
 * Makes `runtime/dashboard/files.generated.js` of `runtime/dashboard/page/`: the files of the dashboard as texts, since the proxy is one file and reads none. `--check` writes
 * nothing and exits with 1 where what is there is not what would be made.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = new URL('../runtime/dashboard/', import.meta.url)
const target = new URL('files.generated.js', folder)
const page = (name) => readFileSync(new URL(`page/${name}`, folder), 'utf8')

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL('../', import.meta.url)),
  entryPoints: ['runtime/dashboard/page/main.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  logLevel: 'error',
})

const files = {
  page: page('index.html'),
  style: page('style.css'),
  icon: page('icon.svg'),
  script: outputFiles[0].text,
}
const text = `// Made by scripts/generate-dashboard.mjs of page/. Do not edit.
${Object.entries(files)
  .map(([name, content]) => `export const ${name} = ${JSON.stringify(content)}\n`)
  .join('')}`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('runtime/dashboard/files.generated.js is not what page/ makes: node scripts/generate-dashboard.mjs')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
