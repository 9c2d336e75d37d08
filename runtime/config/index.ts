export { renderAddress } from './address.ts'
export { checkBindings } from './check-bindings.ts'
export type {
  Address,
  AdminConfig,
  AuditConfig,
  BundleConfig,
  Config,
  ConfigSource,
  DevConfig,
  LimitsConfig,
  ListenerConfig,
  Place,
  ServiceConfig,
} from './config.ts'
export { type ConfigError, renderConfigError } from './config-error.ts'
export { type LoadOptions, type LoadResult, loadConfig } from './load-config.ts'
export { resolveSecret, type Secret, type SecretRef, type SecretSources } from './secret.ts'
export { defaultService } from './sections/services.ts'
