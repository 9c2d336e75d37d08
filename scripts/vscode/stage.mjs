// `npm run build:vscode`: makes `editors/vscode/dist/`, the extension as it is installed: the client for the desktop and for the browser, `iap` from
// `dist/`, and what the manifest names. `npm run build` goes before it.
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeLegal } from '../write-legal.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const source = join(root, 'editors/vscode')

/** The extension as a folder. */
export const stage = join(source, 'dist')

/** Files of the folder as they are, besides those that are made. */
const FILES = ['README.md', 'CHANGELOG.md', 'icon.png', 'language-configuration.json', 'syntaxes', 'snippets']

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  target: 'es2023',
  external: ['vscode'],
  minify: true,
  charset: 'utf8',
  metafile: true,
  legalComments: 'external',
  logLevel: 'warning',
}

/** Builds the folder. @throws Error if a part does not build */
export async function stageExtension() {
  await rm(stage, { recursive: true, force: true })
  await mkdir(stage, { recursive: true })
  for (const [name, platform] of /** @type {const} */ ([
    ['desktop', 'node'],
    ['browser', 'browser'],
  ])) {
    const outfile = `editors/vscode/dist/${name}.js`
    await writeLegal(await build({ ...common, platform, entryPoints: [`editors/vscode/src/${name}.ts`], outfile }), outfile)
  }
  for (const name of FILES) await cp(join(source, name), join(stage, name), { recursive: true })
  // A module, in a folder whose scripts are none.
  await copyFile(join(root, 'dist/iap.js'), join(stage, 'iap.mjs'))
  await copyFile(join(root, 'dist/iap.js.LEGAL.txt'), join(stage, 'iap.mjs.LEGAL.txt'))
  const worker = 'language-server.worker.js'
  for (const name of [worker, `${worker}.LEGAL.txt`]) await copyFile(join(root, 'dist', name), join(stage, name))
  await copyFile(join(root, 'LICENSE'), join(stage, 'LICENSE.txt'))
  // The sources are modules, and what is built of them is not.
  const { type, private: unpublished, ...manifest } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  await writeFile(join(stage, 'package.json'), `${JSON.stringify({ ...manifest, files: ['**'] }, null, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await stageExtension()
