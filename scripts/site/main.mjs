// `npm run build:site`: builds the documentation site into `dist/site`. VitePress is installed in `site/` first, if it is missing or of
// another lockfile; with `-- --install` that is all. The playground is copied from `dist/playground`, which `npm run build:playground` builds.
//
// SITE_BASE is the path at which the site is served, `/` by default. SITE_REPOSITORY begins the address of a file of the repository, such as
// `https://github.com/OWNER/NAME/blob/main/`; without it, links to files that are not on the site are text.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const site = join(root, 'site')
const INSTALLED = join(site, 'node_modules/.iap-lockfile')

const digest = createHash('sha256')
  .update(await readFile(join(site, 'package-lock.json')))
  .digest('hex')
const installed = await readFile(INSTALLED, 'utf8').catch(() => '')
if (installed !== digest) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], site)
  await writeFile(INSTALLED, digest)
}
if (process.argv.includes('--install')) process.exit()
await rm(join(root, 'dist/site'), { recursive: true, force: true })
run(process.execPath, [join(site, 'node_modules/vitepress/bin/vitepress.js'), 'build'], site)

const playground = join(root, 'dist/playground')
if (await stat(playground).catch(() => null)) await cp(playground, join(root, 'dist/site/playground'), { recursive: true })
else
  console.error(
    'dist/playground does not exist, so the links to the playground lead nowhere: run `npm run build:playground` first',
  )

/** @param {string} command @param {readonly string[]} words @param {string} cwd */
function run(command, words, cwd) {
  const { status, error } = spawnSync(command, words, { cwd, stdio: 'inherit', timeout: 600_000 })
  if (status === 0) return
  console.error(`${command} ${words.join(' ')}: ${error?.message ?? `exit code ${status}`}`)
  process.exit(1)
}
