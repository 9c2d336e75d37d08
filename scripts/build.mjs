// Builds what is shipped: `dist/iap.js`, the command line, which finds its packages in node_modules, and `dist/proxy.js`, the proxy in one
// file that needs nothing beside it. Beside them: licences of what the proxy's file holds, what each was made of (`meta/`), the templates of
// `iap init` and the schema of the configuration.
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
}

await mkdir(join(dist, 'meta'), { recursive: true })

const iap = await build({
  ...common,
  entryPoints: ['cli/main.ts'],
  outfile: 'dist/iap.js',
  packages: 'external',
  banner: { js: '#!/usr/bin/env node' },
})
await chmod(join(dist, 'iap.js'), 0o755)

const proxy = await build({
  ...common,
  entryPoints: ['runtime/main.ts'],
  outfile: 'dist/proxy.js',
  legalComments: 'external',
  // CommonJS packages ask for Node's modules by `require`, which a module does not have by itself.
  banner: {
    js: "import { createRequire as iapCreateRequire } from 'node:module'\nconst require = iapCreateRequire(import.meta.url)",
  },
})
refuse(proxy, 'chevrotain', 'the proxy must not hold the front end of the language')
await writeLegal(proxy)

await writeFile(join(dist, 'meta', 'iap.json'), JSON.stringify(iap.metafile))
await writeFile(join(dist, 'meta', 'proxy.json'), JSON.stringify(proxy.metafile))
await copyFile(join(root, 'runtime/config/config.schema.json'), join(dist, 'config.schema.json'))
await rm(join(dist, 'templates'), { recursive: true, force: true })
await cp(join(root, 'cli/templates'), join(dist, 'templates'), { recursive: true })
// Not emptied before: whoever is running from there keeps running.
const shipped = ['iap.js', 'proxy.js', 'proxy.js.LEGAL.txt', 'config.schema.json', 'meta', 'templates']
for (const name of await readdir(dist)) {
  if (!shipped.includes(name)) await rm(join(dist, name), { recursive: true })
}

/** @param {import('esbuild').BuildResult} result @param {string} name @param {string} why */
function refuse({ metafile }, name, why) {
  const found = Object.keys(metafile.inputs).filter((input) => packageOf(input)?.split('/').at(-1)?.includes(name))
  if (found.length > 0) throw new Error(`${why}: ${found[0]}`)
}

/** `node_modules/@a/b/x.js` → `@a/b` @param {string} input */
function packageOf(input) {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? null
}

/** The licence of every package of which something is in the file, and what esbuild found in comments. */
async function writeLegal({ metafile }) {
  const file = join(dist, 'proxy.js.LEGAL.txt')
  const comments = await readFile(file, 'utf8').catch(() => '')
  const output = metafile.outputs['dist/proxy.js']
  const folders = new Set(Object.keys(output.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []))
  const parts = []
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
    const text = await licenceIn(join(root, folder))
    if (text === null && !license) throw new Error(`${name} is in dist/proxy.js and has no licence`)
    parts.push(`${name} ${version} (${license})\n\n${text ?? 'No text of the licence comes with the package.\n'}`)
  }
  await writeFile(
    file,
    `${['dist/proxy.js holds code of these packages.\n', ...parts, comments].join(`\n${'-'.repeat(72)}\n\n`)}`,
  )
}

/** @param {string} folder */
async function licenceIn(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'license.md', 'LICENSE-MIT']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null)
    if (text !== null) return text
  }
  return null
}
