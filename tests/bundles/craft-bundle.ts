import { createHash, sign } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { packTar, type TarHeader, unpackTar } from 'modern-tar'
import type { PrivateSigningKey } from '../../compiler/bundle/index.ts'
import { canonicalJson, type Manifest } from '../../runtime/abi/index.ts'

/** What `packBundle` would never make: entries as a test wants them, in its order. */
export interface Entry {
  readonly name: string
  readonly content: string | Buffer
  readonly header?: Partial<TarHeader>
}

export async function entriesOf(bundle: Uint8Array): Promise<readonly Entry[]> {
  const entries = await unpackTar(gunzipSync(bundle))
  return entries.map(({ header, data }) => ({ name: header.name, content: Buffer.from(data ?? []) }))
}

export async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  return packTar(
    entries.map(({ name, content, header }) => {
      const body = Buffer.from(content)
      return { header: { name, size: body.length, type: 'file' as const, mtime: new Date(0), ...header }, body }
    }),
  )
}

export async function bundleOf(entries: readonly Entry[]): Promise<Uint8Array> {
  return gzipSync(await tarOf(entries))
}

/** The bundle with one entry in place of another, or away. */
export async function withEntry(bundle: Uint8Array, name: string, content: string | Buffer | null): Promise<Uint8Array> {
  const entries = (await entriesOf(bundle)).filter((entry) => entry.name !== name)
  return bundleOf(content === null ? entries : [...entries, { name, content }])
}

/** The bundle with another manifest, signed for it: what only the holder of a key can make. */
export async function withManifest(
  bundle: Uint8Array,
  signer: PrivateSigningKey,
  change: (manifest: Manifest) => unknown,
  spell: (manifest: unknown) => string = canonicalJson,
): Promise<Uint8Array> {
  const entries = await entriesOf(bundle)
  const manifest = entries.find(({ name }) => name === 'manifest.json')
  const text = spell(change(JSON.parse(manifest?.content.toString() ?? '') as Manifest))
  const rest = entries.filter(({ name }) => name !== 'manifest.json' && !name.startsWith('signatures/'))
  return bundleOf([...rest, { name: 'manifest.json', content: text }, signature(text, signer)])
}

/** The bundle with other files, listed and signed. */
export async function withFile(
  bundle: Uint8Array,
  signer: PrivateSigningKey,
  name: string,
  content: Buffer,
): Promise<Uint8Array> {
  const entries = await entriesOf(await withEntry(bundle, name, content))
  return withManifest(await bundleOf(entries), signer, (manifest) => {
    const files = manifest.files.map((file) =>
      file.path === name ? { path: name, sha256: sha256(content), size: content.length } : file,
    )
    const list = files.map((file) => `${file.sha256} ${file.size} ${file.path}\n`).join('')
    return { ...manifest, files, revision: `sha256:${sha256(list)}` }
  })
}

export function signature(
  manifest: string,
  signer: PrivateSigningKey,
  header: object = { alg: 'EdDSA', kid: signer.kid },
): Entry {
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
  const input = Buffer.from(`${encoded}.${Buffer.from(manifest).toString('base64url')}`)
  return { name: `signatures/${signer.kid}.jws`, content: `${encoded}..${sign(null, input, signer.key).toString('base64url')}` }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
