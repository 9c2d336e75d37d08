import { byPlace, type ConfigError } from '../../base/config-error.ts'
import { readYaml } from '../../base/read-yaml.ts'
import type { Config } from './config.ts'
import { explainSchemaErrors, type Problem } from './explain-schema-errors.ts'
import { prune } from './prune.ts'
import type { RawConfig } from './raw-config.ts'
import { readAssertion } from './sections/assertion.ts'
import { readAudit } from './sections/audit.ts'
import { readBundleConfig } from './sections/bundle.ts'
import { readData } from './sections/data.ts'
import { readDev } from './sections/dev.ts'
import { readLearn } from './sections/discovery.ts'
import { readFleet } from './sections/fleet.ts'
import { readIdentities } from './sections/identities.ts'
import { readEvents } from './sections/identity-events.ts'
import { readLimiting } from './sections/limiting.ts'
import { readLimits } from './sections/limits.ts'
import { readListeners } from './sections/listeners.ts'
import { readDisplays, readPages } from './sections/pages.ts'
import { type Reading, readDuration } from './sections/reading.ts'
import { readRedis } from './sections/redis.ts'
import { readRollout } from './sections/rollout.ts'
import { readServices } from './sections/services.ts'
import { readSessions } from './sections/sessions.ts'
import { readTraces } from './sections/traces.ts'
import { readWatchdog } from './sections/watchdog.ts'
import { validate } from './validate.generated.js'

export interface LoadOptions {
  /** Whether the command is `iap run --dev`, in which case bundle, keys and state are optional. */
  readonly dev?: boolean
  /** Whether `--insecure-http-issuer` is given, which allows remote issuers with `http:` URLs. */
  readonly insecureHttpIssuer?: boolean
  /** Absolute path given by `--learn`, which overrides the key `learn`. */
  readonly learn?: string | null
}

export type LoadResult =
  | { readonly ok: true; readonly config: Config }
  /** The errors are in the order of the text, and at least one. */
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

/** The location of a configuration. */
export interface ConfigLocation {
  /** Name of the file, for messages. */
  readonly file: string
  /** Absolute path of the file. */
  readonly path: string
  /** Returns the absolute path of a configured one, which is relative to the folder of the file. */
  absolute(path: string): string
}

/** Parses a configuration from YAML. Returns the configuration, or an error for each mistake. Runs in a browser, too. */
export function readConfig(text: string, location: ConfigLocation, options: LoadOptions = {}): LoadResult {
  const { file } = location
  const { yaml, problems: mistakes } = readYaml(text)
  const errors: ConfigError[] = mistakes.map((mistake) => ({ file, ...mistake }))
  if (yaml === null) return { ok: false, errors: errors.sort(byPlace) }

  const problems: Problem[] = validate(yaml.data) ? [] : [...explainSchemaErrors(validate.errors ?? [])]
  const raw = prune(yaml.data, problems)
  const reading: Reading = {
    dev: options.dev ?? false,
    insecureHttpIssuer: options.insecureHttpIssuer ?? false,
    paths: new Set([location.path]),
    startFiles: new Set(),
    absolute: location.absolute,
    problem: (path, message, key = false) => void problems.push({ path, message, key }),
  }
  const unreadable = problems.some(({ path, key }) => path.length === 0 && !key)
  const sections = unreadable ? null : readSections(raw, reading)
  const learn = readLearn(raw, options.learn ?? null, reading)
  for (const { path, key, message, meant } of problems) {
    const place = key ? yaml.place(path) : yaml.valuePlace(path)
    errors.push({ file, ...place, message, ...(meant !== undefined && { meant }) })
  }
  if (errors.length > 0 || sections === null) return { ok: false, errors: errors.sort(byPlace) }
  return { ok: true, config: { source: { file, place: yaml.place }, startFiles: [...reading.startFiles], ...sections, learn } }
}

function readSections(raw: RawConfig, reading: Reading): Omit<Config, 'source' | 'startFiles' | 'learn'> {
  return {
    ...readListeners(raw, reading),
    bundle: readBundleConfig(raw, reading),
    rollout: readRollout(raw, reading),
    data: readData(raw, reading),
    identities: readIdentities(raw, reading),
    events: readEvents(raw, reading),
    services: readServices(raw, reading),
    audit: readAudit(raw, reading),
    traces: readTraces(raw, reading),
    workers: typeof raw.workers === 'number' ? raw.workers : null,
    drain: {
      delay: readDuration(raw.drain?.delay, ['drain', 'delay'], { otherwise: '0s', most: '10m' }, reading),
      timeout: readDuration(raw.drain?.timeout, ['drain', 'timeout'], { otherwise: '10s', least: '1s', most: '1h' }, reading),
    },
    redis: readRedis(raw, reading),
    fleet: readFleet(raw, reading),
    watchdog: readWatchdog(raw, reading),
    limits: readLimits(raw, reading),
    limiting: readLimiting(raw, reading),
    assertion: readAssertion(raw, reading),
    pages: readPages(raw, reading),
    displays: readDisplays(raw, reading),
    sessions: readSessions(raw, reading),
    dev: readDev(raw, reading),
  }
}
