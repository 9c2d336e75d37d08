import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ImageFile, textFile } from './image-file.ts'
import type { Pins } from './pins.ts'

/** User and group of the proxy in the image. */
const USER = 65532

/** `proxy.js` is whole by itself, and starts faster with the other. */
const PROGRAMS = ['proxy.js', 'code-check.js']

/** How a runtime starts the image. The names are those of the OCI image configuration. */
export const IMAGE_CONFIG = {
  User: `${USER}:${USER}`,
  Env: ['PATH=/usr/local/bin'],
  Entrypoint: ['/usr/local/bin/node', '/opt/iap/proxy.js'],
  Cmd: ['--config', '/etc/iap/iap.yaml'],
  Volumes: { '/var/lib/iap': {} },
  WorkingDir: '/var/lib/iap',
  StopSignal: 'SIGTERM',
} as const

/** Returns what an image has beside the libraries, Node.js and the proxy: a user, names of hosts, and folders to mount on. */
export function systemFiles({ debian: { release, suite } }: Pins): readonly ImageFile[] {
  return [
    textFile('etc/passwd', `root:x:0:0:root:/:/nonexistent\niap:x:${USER}:${USER}:iap:/var/lib/iap:/nonexistent\n`),
    textFile('etc/group', `root:x:0:\niap:x:${USER}:\n`),
    textFile('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    // By this a scanner knows whose packages `var/lib/dpkg/status.d` lists.
    textFile(
      'etc/os-release',
      `PRETTY_NAME="iap, with libraries of Debian ${release}"\nID=debian\nVERSION_ID="${release}"\nVERSION_CODENAME=${suite}\n`,
    ),
    { path: 'etc/iap', type: 'directory' },
    { path: 'var/lib/iap', type: 'directory', mode: 0o750, owner: USER },
    { path: 'tmp', type: 'directory', mode: 0o1777 },
    ...['dev', 'proc', 'sys'].map((path): ImageFile => ({ path, type: 'directory' })),
  ]
}

/** Returns the proxy as `npm run build` left it. @param root folder of the checkout */
export function proxyFiles(root: string): readonly ImageFile[] {
  const names = PROGRAMS.flatMap((name) => [name, `${name}.LEGAL.txt`])
  return [
    ...names.map((name): ImageFile => ({ path: `opt/iap/${name}`, type: 'file', body: readFileSync(join(root, 'dist', name)) })),
    { path: 'opt/iap/LICENSE', type: 'file', body: readFileSync(join(root, 'LICENSE')) },
    // What says that the programs are modules; Node.js would have to try otherwise.
    textFile('opt/iap/package.json', '{"type":"module"}\n'),
  ]
}
