import { once } from 'node:events'
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'
import { waitFor } from '../support/start-proxy.ts'

/** The beginning of programs for arm64 (ELF, 64 bits, `e_machine` 183), and which of its bits count: the form of `binfmt_misc`. */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`

/**
 * Makes programs for arm64 run, by QEMU, in a namespace of users. The kernel keeps this from all other programs of the machine,
 * which Linux does since 6.7.
 *
 * @returns a command that runs another one in that namespace, with all users of the machine
 * @throws Error if QEMU cannot be downloaded, or the kernel refuses
 */
export async function emulateArm64(run: InteropRun): Promise<readonly string[]> {
  const download = ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'qemu-user-static']
  const { code, output } = await run.exec('apt-get', download)
  const file = readdirSync(run.scratch).find((name) => name.startsWith('qemu-user-static'))
  if (code !== 0 || file === undefined) throw new Error(`qemu-user-static cannot be downloaded: ${output}`)
  await run.exec('dpkg-deb', ['-x', file, 'qemu'])
  const [program, formats] = [join(run.scratch, 'qemu/usr/bin/qemu-aarch64-static'), join(run.scratch, 'formats')]
  mkdirSync(formats)
  const script = [
    'set -e',
    // Until the users are mapped, it is nobody.
    'until [ "$(id -u)" = 0 ]; do sleep 0.02; done',
    `mount -t binfmt_misc none '${formats}'`,
    `printf %s ':arm64:M::${MAGIC}:${MASK}:${program}:F' > '${formats}/register'`,
    'echo ready',
    'exec sleep infinity',
  ]
  const holder = run.start('unshare', ['--user', '--keep-caps', '--mount', 'sh', '-c', script.join('\n')])
  let said = ''
  for (const stream of [holder.stdout, holder.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const ended = once(holder, 'exit').then(() => {
    throw new Error(`no formats of programs can be registered for a namespace of users: ${said}`)
  })
  ended.catch(() => {})
  const namespace = `/proc/${holder.pid}/ns/user`
  const isApart = () => (readlinkSync(namespace) === readlinkSync('/proc/self/ns/user') ? undefined : true)
  await Promise.race([waitFor(isApart, 'no namespace of users was made'), ended])
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${holder.pid}/${map}`, '0 0 65536')
  await Promise.race([waitFor(() => (said.includes('ready') ? true : undefined), 'no format was registered'), ended])
  return ['nsenter', `--user=${namespace}`]
}
