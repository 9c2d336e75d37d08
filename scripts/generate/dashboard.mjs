import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './constants.mjs'

const common = {
  absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
  bundle: true,
  write: false,
  charset: 'utf8',
  logLevel: 'error',
}

/** Bundles `runtime/server/dashboard/page/` into texts: the proxy is one file and reads no other at run time. */
export async function dashboard() {
  const page = (name) => readFile(new URL(`../../runtime/server/dashboard/page/${name}`, import.meta.url), 'utf8')
  const script = await build({
    ...common,
    entryPoints: ['runtime/server/dashboard/page/main.ts'],
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  const style = await build({ ...common, entryPoints: ['runtime/server/dashboard/page/style.css'] })
  return constants({
    page: await page('index.html'),
    style: style.outputFiles[0].text,
    icon: await page('icon.svg'),
    script: script.outputFiles[0].text,
  })
}
