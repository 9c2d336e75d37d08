import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'
import { buildContainer } from '../container/build-container.ts'
import { gzip, packFiles } from '../container/pack.ts'
import { readFiles } from './read-files.ts'
import { releaseNotes } from './release-notes.ts'
import { makeSbom } from './sbom.ts'

/** What a part of a release is made of, and where it is written. */
export interface ReleaseTarget {
  /** Folder of the checkout, in which `npm run build` has run. */
  readonly root: string
  /** Folder of the release. */
  readonly folder: string
  readonly version: string
}

/** The parts of a release by name, each of which writes its files. Equal sources give equal bytes. */
export const parts: Readonly<Record<string, (target: ReleaseTarget) => unknown>> = {
  npm: writeNpmPackage,
  proxy: writeProxy,
  container: writeContainer,
  chart: writeChart,
  vscode({ root, folder, version }) {
    const file = join(folder, `iap-${version}.vsix`)
    execFileSync(process.execPath, ['scripts/vscode/package.mjs', file], { cwd: root, stdio: 'pipe', timeout: 600_000 })
  },
  sbom({ root, folder, version }) {
    writeFileSync(join(folder, `iap-proxy-${version}.cdx.json`), makeSbom(root))
  },
  notes({ root, folder, version }) {
    writeFileSync(join(folder, 'RELEASE_NOTES.md'), releaseNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version))
  },
}

/** The files are npm's; compressed anew, as npm's compression differs by version and processor. */
async function writeNpmPackage({ root, folder }: ReleaseTarget): Promise<void> {
  await inScratch((scratch) => {
    const words = ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch]
    execFileSync('npm', words, { cwd: root, stdio: 'pipe', timeout: 120_000 })
    const [name = ''] = readdirSync(scratch)
    const tar = gunzipSync(readFileSync(join(scratch, name)))
    // A file names a folder of the machine only by mistake, and then the bytes differ by machine.
    if (tar.includes(root)) throw new Error(`a file of the npm package names the folder ${root}`)
    writeFileSync(join(folder, name), gzip(tar))
  })
}

function writeProxy({ root, folder }: ReleaseTarget): void {
  for (const name of ['proxy.js', 'proxy.js.LEGAL.txt']) copyFileSync(join(root, 'dist', name), join(folder, name))
}

async function writeContainer({ root, folder, version }: ReleaseTarget): Promise<void> {
  await inScratch(async (scratch) => {
    await buildContainer(root, scratch)
    writeFileSync(join(folder, `iap-proxy-${version}.oci.tar`), await packFiles(readFiles(scratch, '')))
  })
}

/** As `helm package` does: a folder with the name of the chart, without the folders that `.helmignore` names. */
async function writeChart({ root, folder }: ReleaseTarget): Promise<void> {
  const chart = join(root, 'deploy/chart')
  if (!existsSync(join(chart, 'Chart.yaml'))) return
  const { name, version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { name: string; version: string }
  const ignored = readFileSync(join(chart, '.helmignore'), 'utf8').split('\n').filter(Boolean)
  const other = ignored.find((line) => !/^[\w-]+\/$/.test(line))
  if (other !== undefined) throw new Error(`.helmignore: expected names of folders with a slash behind them, got \`${other}\``)
  const files = readFiles(chart, name).filter(({ path }) => !ignored.some((line) => path.startsWith(`${name}/${line}`)))
  writeFileSync(join(folder, `${name}-chart-${version}.tgz`), gzip(await packFiles(files)))
}

async function inScratch(body: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-release-'))
  try {
    await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
