import { openClients } from '../bootstrap/open-clients.ts'
import { openTls } from '../bootstrap/open-tls.ts'
import type { Config } from '../config/index.ts'
import { bundleChecks } from './check-bundle.ts'
import { certificateChecks } from './check-certificates.ts'
import { descriptorsCheck } from './check-descriptors.ts'
import { listenerChecks } from './check-listener.ts'
import { serviceChecks } from './check-service.ts'
import { startUpCheck } from './check-start-up.ts'
import { stateChecks } from './check-state.ts'
import { type DoctorContext, SILENT } from './context.ts'
import type { Diagnosis } from './diagnosis.ts'
import { exchangeChecks } from './issuers/check-exchange.ts'
import { issuerChecks } from './issuers/check-issuer.ts'
import { samlChecks } from './issuers/check-saml.ts'
import { loadBundle } from './load-bundle.ts'
import { redisChecks } from './redis/check-redis.ts'
import { runChecks } from './run-checks.ts'

export interface DiagnoseOptions {
  /** Returns milliseconds since 1970. */
  readonly clock: () => number
  /** Milliseconds for all checks, which run in parallel. */
  readonly timeout: number
}

/** Milliseconds for one connection or response, at most. */
const PATIENCE = 5_000

/**
 * Checks a configuration against its environment: files, certificates, issuers, Redis, services, addresses and limits. Listens
 * nowhere, and changes nothing but a file and a Redis key of its own, which it removes.
 */
export async function diagnose(config: Config, { clock, timeout }: DiagnoseOptions): Promise<readonly Diagnosis[]> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), timeout)
  const nothing = () => {}
  const tls = await openTls(config, { log: SILENT, metrics: { tlsLoad: nothing, handshakeFailure: nothing }, clock })
  const clients = openClients(config, tls, clock)
  try {
    const context: DoctorContext = {
      ...{ config, tls, clients, clock, signal: over.signal },
      // A late server is reported by its own check, which names it.
      patience: Math.min(PATIENCE, Math.ceil(timeout * 0.8)),
      bundle: loadBundle(config, over.signal),
    }
    const checks = [
      startUpCheck(config),
      ...certificateChecks(context),
      ...issuerChecks(context),
      ...samlChecks(context),
      ...exchangeChecks(context),
      ...bundleChecks(context),
      ...redisChecks(context),
      ...serviceChecks(context),
      ...stateChecks(config),
      ...listenerChecks(context),
      descriptorsCheck(config),
    ]
    return await runChecks(checks, timeout)
  } finally {
    clearTimeout(timer)
    over.abort()
    await Promise.all([tls.close(), clients.close()])
  }
}
