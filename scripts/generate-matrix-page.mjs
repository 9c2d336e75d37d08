/**
 * Makes `cli/matrix/page.generated.js` of `cli/matrix/page/`: the style and the script of the page that `iap matrix` writes, as texts, since the command line is one file and reads none.
 * `--check` writes nothing and exits with 1 where what is there is not what would be made.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = new URL('../cli/matrix/', import.meta.url)
const target = new URL('page.generated.js', folder)
const common = {
  absWorkingDir: fileURLToPath(new URL('../', import.meta.url)),
  bundle: true,
  write: false,
  minifyWhitespace: true,
  charset: 'utf8',
  logLevel: 'error',
}

const script = await build({
  ...common,
  entryPoints: ['cli/matrix/page/main.ts'],
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
})
const style = await build({ ...common, entryPoints: ['cli/matrix/page/style.css'] })
const texts = { style, script }
const text = `// Made by scripts/generate-matrix-page.mjs of page/. Do not edit.
${Object.entries(texts)
  .map(([name, { outputFiles }]) => `export const ${name} = ${JSON.stringify(outputFiles[0].text)}\n`)
  .join('')}`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('cli/matrix/page.generated.js is not what page/ makes: node scripts/generate-matrix-page.mjs')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
