import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import type { Descriptor } from '../../scripts/container/write-layout.ts'

/** Whether this machine can make an image, by Debian's tools, and run it by `unshare` and `chroot`, for which one must be root. */
export function canRunContainers(): boolean {
  const has = (...[command, ...words]: readonly [string, ...string[]]) => spawnSync(command, words).status === 0
  return process.getuid?.() === 0 && has('apt-get', '--version') && has('unshare', '--mount', '--pid', '--fork', 'true')
}

export interface ImageManifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

/** A configuration of an image, as far as the tests read it. */
export interface ImageConfig {
  readonly architecture: string
  readonly config: {
    readonly User: string
    readonly Entrypoint: readonly string[]
    readonly Cmd: readonly string[]
    readonly WorkingDir: string
    readonly StopSignal: string
    readonly Volumes: object
    readonly Labels: Readonly<Record<string, string>>
  }
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

/** Reads a blob of a layout. */
export function blobOf(layout: string, { digest }: Descriptor): Buffer {
  return readFileSync(join(layout, 'blobs', digest.replace(':', '/')))
}

/** Returns the manifest and the configuration of the image that a layout has for a processor. @throws `Error` if it has none */
export function imageOf(layout: string, architecture: string): { readonly manifest: ImageManifest; readonly image: ImageConfig } {
  type Index = { readonly manifests: readonly (Descriptor & { readonly platform?: { readonly architecture: string } })[] }
  const outer = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as Index
  const index = JSON.parse(blobOf(layout, outer.manifests[0] as Descriptor).toString('utf8')) as Index
  const found = index.manifests.find(({ platform }) => platform?.architecture === architecture)
  if (found === undefined) throw new Error(`the layout has no image for ${architecture}`)
  const manifest = JSON.parse(blobOf(layout, found).toString('utf8')) as ImageManifest
  return { manifest, image: JSON.parse(blobOf(layout, manifest.config).toString('utf8')) as ImageConfig }
}

/** Returns the headers of all files of an image, by path. */
export async function filesOf(layout: string, { layers }: ImageManifest) {
  const entries = await Promise.all(layers.map((layer) => unpackTar(gunzipSync(blobOf(layout, layer)))))
  return new Map(entries.flat().map(({ header, data }) => [header.name, { ...header, data }] as const))
}

/** Unpacks the layers of an image into a new folder, with owners and modes, as a runtime does. */
export function unpackImage(layout: string, { layers }: ImageManifest, folder: string): void {
  mkdirSync(folder)
  for (const layer of layers) {
    const { status, stderr } = spawnSync('tar', ['-xzpf', '-', '-C', folder, '--numeric-owner'], { input: blobOf(layout, layer) })
    if (status !== 0) throw new Error(String(stderr))
  }
}

/** A container that runs. */
export interface RunningContainer {
  /** All that it wrote. */
  said(): string
  /** Sends a signal to its first process, as a runtime does. */
  signal(name: NodeJS.Signals): void
  /** Reads a file of the kernel about its first process: `status`, `mountinfo`. */
  kernel(name: string): string
  /** The exit code of its first process, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/**
 * Starts an unpacked image: with the user, the words and the folder of its configuration, processes of its own, a read-only root, a `/proc`, a `/dev`
 * with what all runtimes put there, and the network of the machine.
 *
 * @param mounts folders of the machine by their paths in the container
 */
export function startContainer(
  root: string,
  { config }: ImageConfig,
  mounts: Readonly<Record<string, { readonly folder: string; readonly writable?: boolean }>>,
): RunningContainer {
  const script = [
    'set -e',
    'mount --bind "$ROOT" "$ROOT"',
    'mount -t proc proc "$ROOT/proc"',
    'mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"',
    'for name in null zero random urandom; do : > "$ROOT/dev/$name"; mount --bind "/dev/$name" "$ROOT/dev/$name"; done',
    ...Object.entries(mounts).flatMap(([path, { folder, writable }]) => [
      `mount --bind "${folder}" "$ROOT${path}"`,
      ...(writable ? [] : [`mount -o remount,bind,ro "$ROOT${path}"`]),
    ]),
    'mount -o remount,bind,ro "$ROOT"',
    `exec env -i PATH=/usr/local/bin ${chroot} --userspec=${config.User} --groups= "$ROOT" "$@"`,
  ]
  const words = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script.join('\n'), 'sh']
  const child = spawn('unshare', [...words, ...config.Entrypoint, ...config.Cmd], {
    env: { ...process.env, ROOT: root },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const first = () => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0])
  return {
    said: () => text,
    signal: (name) => process.kill(first(), name),
    kernel: (name) => readFileSync(`/proc/${first()}/${name}`, 'utf8'),
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? ''))),
  }
}

/** By its path, as the environment is emptied before. */
const chroot = ['/usr/sbin/chroot', '/usr/bin/chroot', '/sbin/chroot'].find((path) => existsSync(path))
