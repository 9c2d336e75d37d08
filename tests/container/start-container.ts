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
    readonly Env: readonly string[]
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
  type Index = { readonly manifests: readonly Descriptor[] }
  const read = <T>(blob: Descriptor) => JSON.parse(blobOf(layout, blob).toString('utf8')) as T
  // Tools that build one image name its manifest here, and ours an index of all.
  const outer = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as Index
  const manifests = outer.manifests.flatMap((each) =>
    each.mediaType.endsWith('.index.v1+json') ? read<Index>(each).manifests : [each],
  )
  for (const each of manifests) {
    const manifest = read<ImageManifest>(each)
    const image = read<ImageConfig>(manifest.config)
    if (image.architecture === architecture) return { manifest, image }
  }
  throw new Error(`the layout has no image for ${architecture}`)
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

/** Folders of the machine by their paths in the container. */
export type Mounts = Readonly<Record<string, { readonly folder: string; readonly writable?: boolean }>>

export interface ContainerOptions {
  /** Variables beside `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  /** A command that runs another one in a namespace of users that is there. */
  readonly enter?: readonly string[]
}

/**
 * Starts an unpacked image: with the user, the words and the folder of its configuration, processes of its own, a read-only root, a `/proc`, a `/dev`
 * with what all runtimes put there, and the network of the machine.
 */
export function startContainer(
  root: string,
  { config }: { readonly config: Pick<ImageConfig['config'], 'User' | 'Entrypoint' | 'Cmd'> },
  mounts: Mounts,
  { env = {}, enter = [] }: ContainerOptions = {},
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
    `exec env -i PATH=/usr/local/bin "$@"`,
  ]
  const [command = '', ...words] = [
    ...enter,
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script.join('\n'), 'sh'],
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...[chroot ?? 'chroot', `--userspec=${config.User}`, '--groups=', root],
    ...config.Entrypoint,
    ...config.Cmd,
  ]
  const child = spawn(command, words, {
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

/** Returns an `iap.yaml` for a container: a service `app`, an identity `user`, and what is written in `/var/lib/iap`. @param bundle YAML */
export function containerConfig(parts: {
  readonly bundle: string
  readonly listener: number
  readonly probes: number
  readonly upstream: string
}): string {
  return `listeners: [{ address: "127.0.0.1:${parts.listener}" }]
bundle: ${parts.bundle}
identities: { user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }
services: { app: { upstreams: ["${parts.upstream}"] } }
audit: [{ file: /var/lib/iap/audit.jsonl }]
probes: { address: "127.0.0.1:${parts.probes}" }
drain: { delay: 5s }
workers: 2
limits: { lag: 1m }
`
}

/** By its path, as the environment is emptied before. */
const chroot = ['/usr/sbin/chroot', '/usr/bin/chroot', '/sbin/chroot'].find((path) => existsSync(path))
