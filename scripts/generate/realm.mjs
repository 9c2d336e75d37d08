import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Bundles `runtime/realm/program/` and `runtime/abi/` into the scripts that are evaluated in the realm for decisions. */
export async function realm() {
  const program = await scriptOf("export { realm } from './runtime/realm/program/main.ts'", {
    re2js: `${root}runtime/realm/program/re2-slot.ts`,
  })
  const regex = await scriptOf("export { RE2JS } from 're2js'")
  // Functions, so that an engine that only loads the file makes no texts.
  return `export const program = () =>\n  ${JSON.stringify(program)}\nexport const regex = () =>\n  ${JSON.stringify(regex)}\n`
}

/** Returns an expression whose value has what the module exports. */
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
