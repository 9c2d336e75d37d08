/**
 * Builds the playground into a folder of static files: the page, its script in parts, the language server's worker, the examples,
 * and the service worker that keeps all of them.
 */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import type { Example } from '../../playground/page/examples.ts'
// @ts-expect-error: a script of the build, without declarations.
import { writeLegal } from '../write-legal.mjs'

const PAGE = 'playground/page'
const COPIED = ['index.html', 'style.css', 'icon.svg']

/** An example as `playground/examples/index.json` lists it. */
interface ListedExample extends Omit<Example, 'files'> {
  readonly folder: string
}

/**
 * @param root of the project
 * @param outdir a folder, which is emptied first
 */
export async function buildPlayground(root: string, outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true })
  await mkdir(outdir, { recursive: true })
  const common: BuildOptions = {
    ...{ absWorkingDir: root, bundle: true, platform: 'browser', target: 'es2022', minify: true, charset: 'utf8' },
    ...{ logLevel: 'warning', legalComments: 'external', metafile: true },
  }
  const page: BuildOptions = { entryPoints: [`${PAGE}/main.ts`], format: 'esm', splitting: true, chunkNames: '[name]-[hash]' }
  const worker = { out: 'language-server.worker', in: 'language-server/worker/index.ts' }
  for (const options of [page, { entryPoints: [worker], format: 'iife' } satisfies BuildOptions]) {
    const result = await build({ ...common, ...options, outdir })
    const scripts = Object.keys(result.metafile?.outputs ?? {}).filter((name) => name.endsWith('.js'))
    for (const name of scripts) await writeLegal(result, name, root)
  }
  for (const name of COPIED) await copyFile(join(root, PAGE, name), join(outdir, name))
  await writeFile(join(outdir, 'examples.json'), JSON.stringify(await readExamples(root)))
  const names = (await readdir(outdir)).filter((name) => !name.endsWith('.LEGAL.txt')).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(outdir, name)))
  await build({
    ...common,
    ...{ entryPoints: [`${PAGE}/service-worker.ts`], format: 'iife', outdir, legalComments: 'none' },
    define: {
      // The page itself by the address of its folder.
      FILES: JSON.stringify(names.map((name) => (name === 'index.html' ? './' : name))),
      REVISION: JSON.stringify(hash.digest('hex').slice(0, 16)),
    },
  })
}

async function readExamples(root: string): Promise<readonly Example[]> {
  const list = JSON.parse(await readFile(join(root, 'playground/examples/index.json'), 'utf8')) as readonly ListedExample[]
  return Promise.all(
    list.map(async ({ folder, ...example }) => {
      // The file in view first, tests last.
      const rank = (name: string) => (name === example.open ? 0 : name.endsWith('.test.iap') ? 2 : 1)
      const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.iap'))
      names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
      const files = names.map(async (name) => ({ name, text: await readFile(join(root, folder, name), 'utf8') }))
      return { ...example, files: await Promise.all(files) }
    }),
  )
}
