import { stat } from 'node:fs/promises'
import { byPlace, type ConfigError, type ConfigSource, renderConfigError, renderPath } from '../base/config-error.ts'
import { messageOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Problem } from '../base/startup-error.ts'
import { invalidNow, type KeyPair } from './certificates/key-pair.ts'
import { type FilesRead, LiveFiles } from './live-files.ts'
import type { KeyPairConfig } from './tls-config.ts'

type Path = readonly (string | number)[]

export interface TlsMetrics {
  /** Counts an attempt to load TLS files by its result. `place` is the path of their key in the configuration. */
  tlsLoad(place: string, result: 'taken' | 'refused'): void
  handshakeFailure(listener: string, reason: string): void
}

export interface TlsFilesOptions {
  readonly source: ConfigSource
  readonly log: Log
  readonly metrics: TlsMetrics
  readonly clock: () => number
  /** Milliseconds between two checks of the files for changes. */
  readonly interval?: number
}

interface Opening<T> {
  /** Path in the configuration that all files have in common. */
  readonly place: Path
  /** Path in the configuration of each file. */
  readonly paths: readonly Path[]
  readonly files: readonly string[]
  read(contents: readonly Buffer[]): FilesRead<T>
  onTaken(value: T): void
  /** Returns the expiry in milliseconds since 1970. Absent if the value never expires or its expiry is reported elsewhere. */
  expires?(value: T): number
}

/** All TLS files of the proxy, with problems at the start and changes later. */
export class TlsFiles {
  readonly log: Log
  readonly metrics: TlsFilesOptions['metrics']
  readonly clock: () => number
  readonly #options: TlsFilesOptions
  readonly #refused: { readonly error: ConfigError; readonly fault: Problem['fault'] }[] = []
  readonly #open: LiveFiles<unknown>[] = []
  readonly #expiring: { readonly place: string; expires(): number | null }[] = []
  readonly #pairs: { readonly config: KeyPairConfig; readonly live: LiveFiles<KeyPair> }[] = []

  constructor(options: TlsFilesOptions) {
    this.#options = options
    this.log = options.log
    this.metrics = options.metrics
    this.clock = options.clock
  }

  /**
   * Reads files, and begins to watch them for changes. Returns `null` if they are unusable; `problems` then includes the reason.
   */
  async open<T>({ place, paths, files, read, onTaken, expires }: Opening<T>): Promise<LiveFiles<T> | null> {
    const { interval } = this.#options
    const name = renderPath(place)
    const live = await LiveFiles.open<T>(files, {
      ...(interval !== undefined && { interval }),
      read,
      onTaken: (value) => this.#taken(name, () => onTaken(value)),
      onRefused: ({ message }) => this.#refuse(name, message),
    })
    this.#open.push(live)
    if (expires !== undefined)
      this.#expiring.push({ place: name, expires: () => (live.current === null ? null : expires(live.current)) })
    if (live.refusal === null) return live
    const { file, fault, message } = live.refusal
    this.#refused.push({ error: this.#at(paths[file] ?? place, message), fault })
    return null
  }

  async openPair(
    config: KeyPairConfig,
    read: (contents: readonly Buffer[]) => FilesRead<KeyPair>,
    onTaken: () => void,
  ): Promise<LiveFiles<KeyPair> | null> {
    const { path, cert, key } = config
    const live = await this.open<KeyPair>({
      place: path,
      paths: [
        [...path, 'cert'],
        [...path, 'key'],
      ],
      files: [cert, key],
      read,
      expires: ({ validTo }) => validTo,
      onTaken: (pair) => {
        onTaken()
        this.#warn(config, pair)
      },
    })
    if (live === null) return null
    this.#pairs.push({ config, live })
    return live
  }

  /** Problems with the files at start, in the order of the configuration. The proxy does not start if there are any. */
  get problems(): readonly Problem[] {
    return this.#refused
      .toSorted((a, b) => byPlace(a.error, b.error))
      .map(({ error, fault }) => ({ fault, message: renderConfigError(error) }))
  }

  /**
   * Returns when the proxy's certificates and revocation lists expire, in milliseconds since 1970, by the path of their
   * configuration key.
   */
  expiries(): readonly { readonly place: string; readonly expires: number }[] {
    return this.#expiring.flatMap(({ place, expires }) => {
      const time = expires()
      return time === null ? [] : [{ place, expires: time }]
    })
  }

  /**
   * Returns a warning for each certificate that is used outside its validity. The certificate may be valid all the same, if the
   * clock is wrong.
   */
  doubts(): readonly string[] {
    return this.#pairs.flatMap(({ config, live }) => {
      const doubt = live.current && invalidNow(live.current, this.clock())
      return doubt === null ? [] : [renderConfigError(this.#at([...config.path, 'cert'], `\`${config.cert}\` ${doubt}`))]
    })
  }

  async warn(): Promise<void> {
    for (const doubt of this.doubts()) this.log.warn(doubt)
    for (const { config } of this.#pairs) await this.#warnOfReaders(config)
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((live) => live.close()))
  }

  #taken(place: string, take: () => void): void {
    try {
      take()
    } catch (error) {
      return void this.#refuse(place, messageOf(error))
    }
    this.metrics.tlsLoad(place, 'taken')
    this.log.info('new TLS files are active', { place })
  }

  #refuse(place: string, message: string): void {
    this.metrics.tlsLoad(place, 'refused')
    this.log.error(`new TLS files were refused, and the previous ones stay active: ${message}`, { place })
  }

  #warn({ cert }: KeyPairConfig, pair: KeyPair): void {
    const doubt = invalidNow(pair, this.clock())
    if (doubt !== null) this.log.warn(`\`${cert}\` ${doubt}`)
  }

  /** Only a warning: container secrets are mounted like this, where nobody else is. */
  async #warnOfReaders({ key }: KeyPairConfig): Promise<void> {
    if (process.platform === 'win32') return
    const mode = await stat(key).then(
      (found) => found.mode,
      () => 0,
    )
    if ((mode & 0o007) !== 0) this.log.warn(`\`${key}\` is a private key that all users of this machine can read`)
  }

  #at(path: Path, message: string): ConfigError {
    const { source } = this.#options
    return { file: source.file, ...source.place(path), message }
  }
}
