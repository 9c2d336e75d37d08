import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './constants.mjs'

/** Bundles `runtime/server/dashboard/page/` into texts: the proxy is one file and reads no other at run time. */
export async function dashboard() {
  const page = (name) => readFile(new URL(`../../runtime/server/dashboard/page/${name}`, import.meta.url), 'utf8')
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: ['runtime/server/dashboard/page/main.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'error',
  })
  return constants({
    page: await page('index.html'),
    style: await page('style.css'),
    icon: await page('icon.svg'),
    script: outputFiles[0].text,
  })
}
