export { checkBindings } from './check-bindings.ts'
export type {
  AdminConfig,
  BundleConfig,
  BundleSourceConfig,
  Config,
  DevConfig,
  LimitsConfig,
  ListenerConfig,
  ServiceConfig,
  WatchdogConfig,
} from './config.ts'
export { type LoadOptions, type LoadResult, loadConfig } from './load-config.ts'
export { sameClient } from './sections/identities.ts'
export { defaultService } from './sections/services.ts'
