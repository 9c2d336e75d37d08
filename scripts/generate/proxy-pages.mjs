import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './constants.mjs'

const common = {
  absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
  bundle: true,
  write: false,
  minify: true,
  charset: 'utf8',
  logLevel: 'error',
}

/** Bundles the style and the script of the proxy's pages into texts. Each page contains them, so they are minified. */
export async function proxyPages() {
  const style = await build({ ...common, entryPoints: ['runtime/proxy/pages/page/style.css'] })
  const script = await build({
    ...common,
    entryPoints: ['runtime/proxy/pages/page/copy.ts'],
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  })
  return constants({ style: style.outputFiles[0].text, script: script.outputFiles[0].text.trim() })
}
