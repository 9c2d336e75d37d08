import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImageFile } from './image-file.ts'
import { IMAGE_CONFIG } from './image-files.ts'
import { gzip, packFiles } from './pack.ts'
import type { Architecture } from './pins.ts'

/** An image for one processor: its layers from below, each a list of files. */
export interface ImageContent {
  readonly architecture: Architecture
  readonly layers: readonly (readonly ImageFile[])[]
}

/** A descriptor (OCI image specification, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

const OCI = 'application/vnd.oci.image'

/**
 * Writes an OCI image layout (`oci-layout`, `index.json`, `blobs/`) with one index of the images. Equal files give equal bytes.
 *
 * @param folder an empty folder, or one that is not there
 * @param version the tag of the index, and the label of its images
 * @returns the descriptor of the index, whose digest names all of it
 */
export async function writeLayout(folder: string, images: readonly ImageContent[], version: string): Promise<Descriptor> {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  const blob = (mediaType: string, content: Uint8Array | object): Descriptor => {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(folder, 'blobs/sha256', hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const labels = {
    'org.opencontainers.image.title': 'iap-proxy',
    'org.opencontainers.image.description': 'An identity-aware proxy for microservices whose access rules are a real language.',
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.version': version,
  }
  // Images share the layer of the proxy, which is packed once.
  const packed = new Map<readonly ImageFile[], { readonly layer: Descriptor; readonly diffId: string }>()
  const manifests: (Descriptor & { readonly platform: object })[] = []
  for (const { architecture, layers } of images) {
    for (const files of layers) {
      if (packed.has(files)) continue
      const tar = await packFiles(files)
      const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`
      packed.set(files, { layer: blob(`${OCI}.layer.v1.tar+gzip`, gzip(tar)), diffId })
    }
    const parts = layers.flatMap((files) => packed.get(files) ?? [])
    const config = blob(`${OCI}.config.v1+json`, {
      architecture,
      os: 'linux',
      config: { ...IMAGE_CONFIG, Labels: labels },
      rootfs: { type: 'layers', diff_ids: parts.map(({ diffId }) => diffId) },
    })
    const manifest = blob(`${OCI}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config,
      layers: parts.map(({ layer }) => layer),
      annotations: labels,
    })
    manifests.push({ ...manifest, platform: { architecture, os: 'linux' } })
  }
  const mediaType = `${OCI}.index.v1+json`
  const index = blob(mediaType, { schemaVersion: 2, mediaType, manifests, annotations: labels })
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': version } }
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType, manifests: [named] }))
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  return index
}
