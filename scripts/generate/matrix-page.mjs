import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './constants.mjs'

const common = {
  absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
  bundle: true,
  write: false,
  minifyWhitespace: true,
  charset: 'utf8',
  logLevel: 'error',
}

/** Bundles the style and the script of the page that `iap matrix` writes into texts: the command line is one file and reads no other at run time. */
export async function matrixPage() {
  const script = await build({
    ...common,
    entryPoints: ['analysis/matrix/page/script/main.ts'],
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  })
  const style = await build({ ...common, entryPoints: ['analysis/matrix/page/script/style.css'] })
  return constants({ style: style.outputFiles[0].text, script: script.outputFiles[0].text })
}
