import type { RawConfig, RawService } from './raw-config.generated.js'

export type {
  RawConfig,
  RawCors,
  RawIdentity,
  RawKeyPair,
  RawListenerTls,
  RawSecret,
  RawService,
  RawServiceTls,
} from './raw-config.generated.js'

type Item<List> = NonNullable<List> extends readonly (infer Each)[] ? NonNullable<Each> : never

export type RawAudit = Item<RawConfig['audit']>
export type RawExchange = NonNullable<RawService['exchange']>
export type RawListener = Item<RawConfig['listeners']>
export type RawRedact = NonNullable<RawAudit['redact']>
export type RawRollout = NonNullable<RawConfig['rollout']>
export type RawRotate = NonNullable<RawAudit['rotate']>
export type RawSample = Item<RawAudit['sample']>
