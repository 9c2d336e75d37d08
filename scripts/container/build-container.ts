import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { debianFiles } from './debian-files.ts'
import type { ImageFile } from './image-file.ts'
import { proxyFiles, systemFiles } from './image-files.ts'
import { nodeFiles } from './node-files.ts'
import { ARCHITECTURES, type Architecture, readPins } from './pins.ts'
import { type Descriptor, writeLayout } from './write-layout.ts'

/** Returns the files of an image below those of the proxy: Node.js, the libraries that it links, and a user. */
export async function baseFiles(root: string, architecture: Architecture): Promise<readonly ImageFile[]> {
  const pins = readPins(root)
  const cache = join(root, 'node_modules/.cache/iap-container')
  return [
    ...systemFiles(pins),
    ...(await debianFiles(pins, architecture, cache)),
    ...(await nodeFiles(pins, architecture, cache)),
  ]
}

/**
 * Writes the OCI image layout of the built proxy.
 *
 * @param root folder of the checkout, in which `npm run build` has run
 * @param folder an empty folder, or one that is not there
 * @returns the descriptor of its index
 * @throws `Error` if something of another project cannot be downloaded, or is not what `deploy/container/pins.json` says
 */
export async function buildContainer(
  root: string,
  folder: string,
  architectures: readonly Architecture[] = ARCHITECTURES,
): Promise<Descriptor> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const proxy = proxyFiles(root)
  const images = []
  for (const architecture of architectures)
    images.push({ architecture, layers: [await baseFiles(root, architecture), proxy] as const })
  return await writeLayout(folder, images, version)
}
