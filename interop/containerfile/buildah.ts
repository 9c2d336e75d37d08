import { chmodSync, cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeFiles } from '../../scripts/container/node-files.ts'
import { type Architecture, readPins } from '../../scripts/container/pins.ts'
import type { Executed, InteropRun } from '../support/interop-run.ts'
import { root } from '../support/root.ts'

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
const SUITES = ['deb bookworm', 'deb bookworm-updates', 'deb-security bookworm-security']

/** Debian's buildah and debootstrap, unpacked in the scratch folder, with storage and settings of their own. */
export class Buildah {
  readonly #run: InteropRun
  readonly #env: NodeJS.ProcessEnv

  private constructor(run: InteropRun, env: NodeJS.ProcessEnv) {
    this.#run = run
    this.#env = env
  }

  /** Downloads the tools. @throws Error if the machine is no Debian, or cannot download */
  static async download(run: InteropRun): Promise<Buildah> {
    const at = (...parts: string[]) => join(run.scratch, ...parts)
    const [archives, tools] = [at('archives'), at('tools')]
    mkdirSync(join(archives, 'partial'), { recursive: true })
    const options = [`Dir::Cache::archives=${archives}`, 'APT::Sandbox::User=root', 'APT::Keep-Downloaded-Packages=true']
    const words = [...options.flatMap((option) => ['-o', option]), '-y', '-qq', '--no-install-recommends', '--download-only']
    const { code, output } = await run.exec('apt-get', [...words, 'install', 'buildah', 'debootstrap'])
    if (code !== 0) throw new Error(`buildah cannot be downloaded: ${output}`)
    for (const name of readdirSync(archives).filter((each) => each.endsWith('.deb')))
      await run.exec('dpkg-deb', ['-x', join(archives, name), tools])
    writeFileSync(at('policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}')
    writeFileSync(at('registries.conf'), '')
    writeFileSync(at('storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${at('storage')}"\nrunroot = "${at('running')}"\n`)
    return new Buildah(run, {
      ...process.env,
      PATH: `/usr/local/sbin:/usr/sbin:/sbin:${process.env.PATH}`,
      TOOLS: tools,
      CONTAINERS_STORAGE_CONF: at('storage.conf'),
      CONTAINERS_REGISTRIES_CONF: at('registries.conf'),
      BUILDAH_ISOLATION: 'chroot',
    })
  }

  version(): Promise<string> {
    return this.#execute('buildah', '--version')
  }

  /**
   * Makes an image of Debian with Node.js and npm, by the name of the one that the Containerfile is built on: no registry of images
   * is asked. It trusts the certificates of this machine.
   */
  async makeBase(name: string): Promise<void> {
    const folder = join(this.#run.scratch, 'base')
    const packages = '--include=ca-certificates'
    await this.#execute('debootstrap', '--variant=minbase', packages, 'bookworm', folder, 'http://deb.debian.org/debian')
    const sources = SUITES.map((line) => {
      const [type = '', suite = ''] = line.split(' ')
      return `deb http://deb.debian.org/${type.replace(/^deb/, 'debian')} ${suite} main\n`
    })
    writeFileSync(join(folder, 'etc/apt/sources.list'), sources.join(''))
    cpSync(CERTIFICATES, join(folder, CERTIFICATES))
    const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
    for (const file of await nodeFiles(readPins(root), architecture, join(root, 'node_modules/.cache/iap-container'))) {
      if (file.type !== 'file') continue
      mkdirSync(join(folder, file.path, '..'), { recursive: true })
      writeFileSync(join(folder, file.path), file.body)
      chmodSync(join(folder, file.path), file.mode ?? 0o644)
    }
    const npm = join(realpathSync(await this.#execute('sh', '-c', 'command -v npm')), '../..')
    cpSync(npm, join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true })
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'))
    const container = await this.#execute('buildah', 'from', 'scratch')
    await this.#execute('buildah', 'copy', '--quiet', container, folder, '/')
    const variables = [`NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, `npm_config_cafile=${CERTIFICATES}`]
    await this.#execute('buildah', 'config', ...variables.flatMap((each) => ['--env', each]), container)
    await this.#execute('buildah', 'commit', ...this.#policy(), '--quiet', '--rm', container, name)
  }

  /** Builds a Containerfile and writes the image as a layout. */
  async build(file: string, context: string, architecture: Architecture, layout: string): Promise<void> {
    const tag = `localhost/iap-proxy:${architecture}`
    const options = ['--layers', '--pull-never', '--format', 'oci', '--platform', `linux/${architecture}`]
    // This version does not set it.
    options.push('--build-arg', `BUILDPLATFORM=linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`)
    // What npm has downloaded before.
    const cache = ['--volume', `${await this.#execute('npm', 'config', 'get', 'cache')}:/root/.npm`]
    await this.#execute('buildah', 'build', ...this.#policy(), ...options, ...cache, '--file', file, '--tag', tag, context)
    await this.#execute('buildah', 'push', ...this.#policy(), '--quiet', tag, `oci:${layout}`)
  }

  #policy(): readonly string[] {
    return ['--signature-policy', join(this.#run.scratch, 'policy.json')]
  }

  /** @throws Error with what the command wrote */
  async #execute(command: string, ...words: readonly string[]): Promise<string> {
    // For this command alone, the tools are where they would be installed: they start themselves without their environment.
    const script = 'mount -t overlay overlay -o "lowerdir=$TOOLS/usr:/usr" /usr && exec "$@"'
    const inPlace = ['--mount', 'sh', '-c', script, 'sh', command, ...words]
    const { code, output }: Executed = await this.#run.exec('unshare', inPlace, { env: this.#env, timeout: 1_800_000 })
    if (code !== 0) throw new Error(`${command} ${words.join(' ')} ended with exit code ${code}: ${output.slice(-4000)}`)
    return output.trim()
  }
}
