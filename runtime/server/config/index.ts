export { renderAddress } from '../../base/address.ts'
export { byPlace, type ConfigError, renderConfigError } from '../../base/config-error.ts'
export { parseDuration } from '../../base/duration.ts'
export { nearest } from '../../base/nearest.ts'
export { resolveSecret, type Secret, type SecretRef, type SecretSources } from '../../base/secret.ts'
export { checkBindings } from './check-bindings.ts'
export type {
  Address,
  AdminConfig,
  BundleConfig,
  BundleSourceConfig,
  ClientCertificatesConfig,
  Config,
  ConfigSource,
  DevConfig,
  FileConfig,
  KeyPairConfig,
  LimitsConfig,
  ListenerConfig,
  ListenerTlsConfig,
  PagesConfig,
  Place,
  ServiceConfig,
  ServiceTlsConfig,
  WatchdogConfig,
} from './config.ts'
export { quoted, renderPath } from './explain-schema-errors.ts'
export { type LoadOptions, type LoadResult, loadConfig } from './load-config.ts'
export { type Path, readYaml } from './read-yaml.ts'
export { sameClient } from './sections/identities.ts'
export { defaultService } from './sections/services.ts'
