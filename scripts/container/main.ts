/**
 * `npm run container -- FOLDER [--arch amd64]`: writes an OCI image layout of the built proxy, without a daemon.
 * `npm run container -- --root FOLDER --arch amd64`: writes the files of the image themselves, for `deploy/container/Containerfile`.
 */
import { chmodSync, lchownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { baseFiles, buildContainer } from './build-container.ts'
import { withFolders } from './image-file.ts'
import { proxyFiles } from './image-files.ts'
import { ARCHITECTURES, type Architecture } from './pins.ts'

const USAGE =
  'usage: npm run container -- FOLDER [--arch amd64|arm64]\n       npm run container -- --root FOLDER --arch amd64|arm64'
const root = fileURLToPath(new URL('../../', import.meta.url))

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { arch: { type: 'string' }, root: { type: 'string' } },
  })
  const architecture = ARCHITECTURES.find((name) => name === values.arch)
  if (values.arch !== undefined && architecture === undefined)
    throw new Error(`--arch: expected ${ARCHITECTURES.join(' or ')}, got \`${values.arch}\``)
  const [folder] = values.root === undefined ? positionals : [values.root]
  if (folder === undefined || positionals.length !== (values.root === undefined ? 1 : 0)) throw new Error(USAGE)
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) throw new Error(`\`${folder}\` is not empty: name an empty folder`)
  if (values.root === undefined) {
    const { digest } = await buildContainer(root, folder, architecture && [architecture])
    console.log(digest)
  } else {
    if (architecture === undefined) throw new Error(USAGE)
    await writeRoot(folder, architecture)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

/** Owners are set if this is root: nobody else may. */
async function writeRoot(folder: string, architecture: Architecture): Promise<void> {
  const isRoot = process.getuid?.() === 0
  for (const file of withFolders([...(await baseFiles(root, architecture)), ...proxyFiles(root)])) {
    const path = join(folder, file.path)
    if (file.type === 'directory') mkdirSync(path)
    else if (file.type === 'symlink') symlinkSync(file.target, path)
    else writeFileSync(path, file.body)
    if (isRoot) lchownSync(path, file.owner ?? 0, file.owner ?? 0)
    if (file.type !== 'symlink') chmodSync(path, file.mode ?? (file.type === 'directory' ? 0o755 : 0o644))
  }
}
