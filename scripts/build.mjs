// Builds what is shipped: `dist/iap.js`, the command line, `dist/proxy.js`, the proxy alone, `dist/code-check.js`, which both start,
// and what other programs import, `dist/compiler.js`, `dist/runtime.js` and `dist/verify.js`, and `dist/language-server.worker.js` for editors in a browser. Each is one file that needs no package beside it: it starts three times as fast as from node_modules, and what was tested is what is installed. Beside them: licenses of what they hold, what
// each was made of (`meta/`), the templates of `iap init`, the schemas of the configuration, of audit records and of what commands
// write, and the page of diagnostics.
import { createHash } from 'node:crypto'
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { writeDeclarations } from './declarations.mjs'
import { generate } from './generate.mjs'
import { writeLegal } from './write-legal.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')

/** For the coverage of a test run: with source maps, and with the statements that the sources have. Such a build is not shipped. */
const maps = process.argv.includes('--source-maps')

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Of a package that has both, its modules: of them, what nobody calls is left out.
  mainFields: ['module', 'main'],
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
  legalComments: 'external',
  sourcemap: maps,
}

// For programs that run for weeks: V8 keeps the source text in memory, at two bytes a character if one of them is beyond Latin-1.
// Without those and without indentation it is a third of the size. Our own names stay, and lines, for stack traces.
const compact = {
  charset: 'ascii',
  minifyWhitespace: !maps,
  minifySyntax: !maps,
  ...(!maps && { lineLimit: 120 }),
  plugins: maps ? [] : [shortLocalNames()],
}

// CommonJS packages ask for Node's modules by `require`, which a module does not have by itself.
const REQUIRE =
  "import { createRequire as iapCreateRequire } from 'node:module'\nconst require = iapCreateRequire(import.meta.url)"

await generate()
await mkdir(join(dist, 'meta'), { recursive: true })

// One of the roles of `proxy.js`, by itself: a process that is to start fast, and does nothing else.
const codeCheck = await build({
  ...common,
  ...compact,
  entryPoints: ['runtime/server/supervisor/code-check/main.ts'],
  outfile: 'dist/code-check.js',
})
allow(codeCheck, ['acorn', 're2js'], 'whoever reads code that nobody has checked yet holds nothing else')
await writeLegal(codeCheck, 'dist/code-check.js')

// One of another build is not used.
const digest = createHash('sha256')
  .update(await readFile(join(dist, 'code-check.js')))
  .digest('hex')
const define = { IAP_CODE_CHECK_DIGEST: JSON.stringify(digest) }

const iap = await build({
  ...common,
  ...compact,
  define,
  entryPoints: ['cli/main.ts'],
  outfile: 'dist/iap.js',
  // Only `iap run --dev` loads it, where somebody has installed it.
  external: ['oidc-provider'],
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
})
await chmod(join(dist, 'iap.js'), 0o755)
await writeLegal(iap, 'dist/iap.js')

const proxy = await build({
  ...common,
  ...compact,
  define,
  entryPoints: ['runtime/main.ts'],
  outfile: 'dist/proxy.js',
  banner: { js: REQUIRE },
})
refuse(proxy, 'chevrotain', 'the proxy must not hold the front end of the language')
await writeLegal(proxy, 'dist/proxy.js')

if (!maps) {
  for (const name of ['iap', 'proxy', 'code-check'])
    refuseBeyondAscii(`dist/${name}.js`, await readFile(join(dist, `${name}.js`)))
}

for (const name of ['compiler', 'runtime', 'verify']) {
  const outfile = `dist/${name}.js`
  const banner = name === 'verify' ? {} : { js: REQUIRE }
  const library = await build({ ...common, entryPoints: [`sdk/${name}/index.ts`], outfile, banner })
  if (name === 'runtime') refuse(library, 'chevrotain', 'who decides need not be able to compile')
  if (name === 'verify') allow(library, ['jose'], 'a service that verifies loads nothing else')
  await writeLegal(library, outfile)
}
// For editors in a browser: a worker, as a classic script or a module. `platform` stops a build that would need Node.
const worker = await build({
  ...common,
  ...{ platform: 'browser', target: 'es2023', format: 'iife', minify: !maps },
  entryPoints: ['language-server/worker/index.ts'],
  outfile: 'dist/language-server.worker.js',
})
await writeLegal(worker, 'dist/language-server.worker.js')
await rm(join(dist, 'types'), { recursive: true, force: true })
await writeDeclarations(
  root,
  ['compiler', 'runtime', 'verify'].map((name) => `sdk/${name}/index.d.ts`),
)

const records = (await readdir(join(root, 'runtime/telemetry/audit'))).filter((name) => name.endsWith('-record.schema.json'))
const schemas = ['runtime/server/config/config.schema.json', ...records.map((name) => `runtime/telemetry/audit/${name}`)]
for (const file of [...schemas, 'spec/language/diagnostics.md']) {
  await copyFile(join(root, file), join(dist, basename(file)))
}
await rm(join(dist, 'schemas'), { recursive: true, force: true })
await cp(join(root, 'cli/schemas'), join(dist, 'schemas'), { recursive: true })
await rm(join(dist, 'templates'), { recursive: true, force: true })
await cp(join(root, 'cli/templates'), join(dist, 'templates'), { recursive: true })
await cp(join(root, 'deploy/github-action'), join(dist, 'templates/ci/steps'), { recursive: true })
// Not emptied before: whoever is running from there keeps running.
const shipped = [
  ...['iap.js', 'iap.js.LEGAL.txt', 'proxy.js', 'proxy.js.LEGAL.txt', 'code-check.js', 'code-check.js.LEGAL.txt'],
  ...['language-server.worker.js', 'language-server.worker.js.LEGAL.txt'],
  ...['compiler.js', 'compiler.js.LEGAL.txt', 'runtime.js', 'runtime.js.LEGAL.txt', 'verify.js', 'verify.js.LEGAL.txt', 'types'],
  ...[...schemas.map((schema) => basename(schema)), 'meta', 'templates', 'schemas', 'diagnostics.md'],
  // Another script builds it.
  'playground',
  'site',
]
for (const name of await readdir(dist)) {
  if (!shipped.includes(name) && !(maps && name.endsWith('.js.map'))) await rm(join(dist, name), { recursive: true })
}
// Last: by the age of these the tests see whether a build is up to date.
await writeFile(join(dist, 'meta', 'iap.json'), JSON.stringify(iap.metafile))
await writeFile(join(dist, 'meta', 'proxy.json'), JSON.stringify(proxy.metafile))

/** Shortens the names of locals in packages and in generated validators, a tenth of the proxy's source. @returns {import('esbuild').Plugin} */
function shortLocalNames() {
  return {
    name: 'short-local-names',
    setup({ onLoad }) {
      onLoad({ filter: /[/\\]node_modules[/\\].*\.m?js$|\.generated\.js$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, 'utf8'), {
          ...{ minify: true, target: common.target, legalComments: 'inline', sourcefile: path },
        })
        return { contents: code, loader: 'js' }
      })
    },
  }
}

/** @param {import('esbuild').BuildResult} result @param {string} name @param {string} why */
function refuse({ metafile }, name, why) {
  const found = Object.keys(metafile.inputs).filter((input) => packageOf(input)?.split('/').at(-1)?.includes(name))
  if (found.length > 0) throw new Error(`${why}: ${found[0]}`)
}

/** esbuild leaves characters in regular expressions and tagged templates as they are. @param {string} name @param {Buffer} text */
function refuseBeyondAscii(name, text) {
  const at = text.findIndex((byte) => byte > 0x7f)
  if (at >= 0)
    throw new Error(
      `${name}: write this character as an escape, it doubles the memory of the source: ${text.subarray(at - 40, at + 4)}`,
    )
}

/** @param {import('esbuild').BuildResult} result @param {readonly string[]} names @param {string} why */
function allow({ metafile }, names, why) {
  const other = Object.keys(metafile.inputs).find((input) => ![null, ...names].includes(packageOf(input)))
  if (other !== undefined) throw new Error(`${why}: ${other}`)
}

/** `node_modules/@a/b/x.js` → `@a/b` @param {string} input */
function packageOf(input) {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? null
}
