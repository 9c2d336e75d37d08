import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackTar } from 'modern-tar'
import { type ImageFile, textFile } from './image-file.ts'
import { pinnedFile } from './pinned-file.ts'
import { ARCHITECTURES, type Architecture, type DebianPin, type Pins } from './pins.ts'

/** What Node.js links, what finds hosts for it, and the licenses. The rest of the packages is left out. */
const WANTED =
  /^(?:lib64\/ld-linux[^/]*|(?:usr\/)?lib\/(?:[^/]+-linux-gnu\/)?(?:ld-linux[^/]*|lib(?:c|m|dl|pthread|resolv|nss_dns|nss_files)\.so\.\d+|libgcc_s\.so\.1|libstdc\+\+\.so\.[\d.]+)|usr\/share\/doc\/(?:[^/]+\/copyright|libgcc-s1|libstdc\+\+6))$/

/**
 * Returns the shared libraries of Debian that Node.js links, their licenses, and the package metadata that scanners read.
 *
 * @param cache folder for downloaded files
 * @throws `Error` if a package cannot be downloaded, or is another one than the pin says
 */
export async function debianFiles(pins: Pins, architecture: Architecture, cache: string): Promise<readonly ImageFile[]> {
  const files: ImageFile[] = []
  const lists = new PackageLists(pins.debian.suite)
  try {
    for (const pin of pins.debian.packages) {
      const file = pinnedFile(cache, {
        name: `${pin.name}_${pin.version}_${architecture}.deb`,
        integrity: `sha256-${Buffer.from(pin[architecture], 'hex').toString('base64')}`,
        download: (folder) => download(pins, pin, architecture, folder, lists),
      })
      files.push(...(await unpack(file)))
      files.push(textFile(`var/lib/dpkg/status.d/${pin.name}`, dpkg('--field', file).toString('utf8')))
    }
    return files
  } finally {
    lists.close()
  }
}

async function unpack(file: string): Promise<readonly ImageFile[]> {
  const nameOf = (name: string) => name.replace(/^\.\//, '')
  const entries = await unpackTar(dpkg('--fsys-tarfile', file), {
    filter: ({ name, type }) => (type === 'file' || type === 'symlink') && WANTED.test(nameOf(name)),
  })
  return entries.map(({ header, data }): ImageFile => {
    const path = nameOf(header.name)
    if (header.type === 'symlink') return { path, type: 'symlink', target: header.linkname ?? '' }
    return { path, type: 'file', body: data ?? new Uint8Array(), mode: header.mode ?? 0o644 }
  })
}

function dpkg(option: string, file: string): Buffer {
  return execFileSync('dpkg-deb', [option, file], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
}

/** By the lists that the machine has, and if they lack the version, by new ones for both processors, which leave the machine's alone. */
function download(
  { debian }: Pins,
  { name, version }: DebianPin,
  architecture: Architecture,
  folder: string,
  lists: PackageLists,
): void {
  const words = ['-qq', 'download', `${name}:${architecture}=${version}`]
  try {
    apt(words, folder)
  } catch {
    try {
      apt([...lists.options(), ...words], folder)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(
        `${name} ${version} for ${architecture} cannot be downloaded: if the mirror of Debian ${debian.suite} has a newer version, pin that in deploy/container/pins.json (${reason})`,
      )
    }
  }
}

/** Package lists of their own for both processors, which are downloaded once, when they are first needed. */
class PackageLists {
  readonly #suite: string
  #state: { readonly folder: string; readonly options: readonly string[] } | null = null

  constructor(suite: string) {
    this.#suite = suite
  }

  /** Returns the options by which apt uses the lists. @throws `Error` if they cannot be downloaded */
  options(): readonly string[] {
    if (this.#state === null) {
      const folder = mkdtempSync(join(tmpdir(), 'iap-apt-'))
      try {
        this.#state = { folder, options: privateState(folder, this.#suite) }
        apt([...this.#state.options, '-qq', 'update'], folder)
      } catch (error) {
        rmSync(folder, { recursive: true, force: true })
        this.#state = null
        throw error
      }
    }
    return this.#state.options
  }

  close(): void {
    if (this.#state !== null) rmSync(this.#state.folder, { recursive: true, force: true })
  }
}

/** Options of apt for lists of its own, from the Debian mirrors that the machine is configured for. */
function privateState(state: string, suite: string): readonly string[] {
  const targets = execFileSync('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE) $(COMPONENT)', 'Identifier: Packages'])
  const mirrors = new Set(
    targets
      .toString('utf8')
      .split('\n')
      .filter((line) => new RegExp(` ${suite}(?:-updates|-security)? main$`).test(line)),
  )
  if (mirrors.size === 0) throw new Error(`apt is configured for no mirror of Debian ${suite}`)
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(state, name), { recursive: true })
  const options = `arch=${ARCHITECTURES.join(',')} signed-by=/usr/share/keyrings/debian-archive-keyring.gpg`
  writeFileSync(join(state, 'sources.list'), [...mirrors].map((mirror) => `deb [${options}] ${mirror}\n`).join(''))
  writeFileSync(join(state, 'status'), '')
  return [
    ...[`Dir::State=${state}`, `Dir::State::status=${state}/status`, `Dir::Cache=${state}/cache`],
    ...[`Dir::Etc::sourcelist=${state}/sources.list`, 'Dir::Etc::sourceparts=-'],
    ...ARCHITECTURES.map((architecture) => `APT::Architectures::=${architecture}`),
    ...['Acquire::Languages=none', 'Acquire::Retries=3'],
  ].flatMap((option) => ['-o', option])
}

/** As root, since the user of apt may not write to the folder. */
function apt(words: readonly string[], cwd: string): void {
  execFileSync('apt-get', ['-o', 'APT::Sandbox::User=root', ...words], { cwd, stdio: 'pipe', timeout: 300_000 })
}
