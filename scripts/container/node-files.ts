import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import type { ImageFile } from './image-file.ts'
import { pinnedFile } from './pinned-file.ts'
import type { Architecture, Pins } from './pins.ts'

/** Paths of the package, and where the image has them. */
const PATHS: Readonly<Record<string, string>> = {
  'package/bin/node': 'usr/local/bin/node',
  'package/LICENSE': 'usr/share/doc/nodejs/LICENSE',
}

/**
 * Returns the program of Node.js and its license, of the package that npm has for a processor.
 *
 * @param cache folder for downloaded files
 * @throws `Error` if the package cannot be downloaded, is another one than the pin says, or lacks a file
 */
export async function nodeFiles({ node }: Pins, architecture: Architecture, cache: string): Promise<readonly ImageFile[]> {
  const { package: name, integrity } = node[architecture]
  const specifier = `${name}@${node.version}`
  const tarball = pinnedFile(cache, {
    name: `${name}-${node.version}.tgz`,
    integrity,
    download(folder) {
      execFileSync('npm', ['pack', specifier, '--silent', '--prefer-offline', '--ignore-scripts', '--pack-destination', folder], {
        stdio: 'pipe',
        timeout: 300_000,
      })
    },
  })
  const found = await unpackTar(gunzipSync(readFileSync(tarball)), { filter: (header) => Object.hasOwn(PATHS, header.name) })
  const files = found.map(({ header, data }): ImageFile => {
    const path = PATHS[header.name] ?? ''
    return { path, type: 'file', body: data ?? new Uint8Array(), mode: path.includes('/bin/') ? 0o755 : 0o644 }
  })
  if (files.length !== Object.keys(PATHS).length) throw new Error(`${specifier} lacks one of ${Object.keys(PATHS).join(', ')}`)
  return files
}
