/**
 * Makes `runtime/realm/program.generated.js` of `runtime/realm/program/` and `runtime/abi/`: the scripts that are evaluated in the realm for decisions, as texts. `--check`
 * writes nothing and exits with 1 if what is there is not what would be made.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const target = new URL('../runtime/realm/program.generated.js', import.meta.url)

/** An expression that gives what the entry exports. */
async function scriptOf(stdin, alias = {}) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: stdin, resolveDir: root, loader: 'ts' },
    alias,
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'exported',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    minify: true,
    logLevel: 'error',
  })
  return `(()=>{"use strict";${outputFiles[0].text.trim()}return exported})()`
}

const program = await scriptOf("export { realm } from './runtime/realm/program/main.ts'", {
  re2js: `${root}runtime/realm/program/re2-slot.ts`,
})
const regex = await scriptOf("export { RE2JS } from 're2js'")

// Functions, so that an engine that only loads the file makes no texts.
const text = `// Made by scripts/generate-realm.mjs of program/ and runtime/abi. Do not edit.
export const program = () =>
  ${JSON.stringify(program)}
export const regex = () =>
  ${JSON.stringify(regex)}
`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('runtime/realm/program.generated.js is not what its sources make: node scripts/generate-realm.mjs')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
