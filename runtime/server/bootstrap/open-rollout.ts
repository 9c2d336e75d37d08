import type { Log } from '../../base/log.ts'
import { type Followed, type PolicyStore, Rollout, type RolloutOptions, rolloutDirectory } from '../../policy/index.ts'
import type { Config } from '../config/index.ts'
import { type Listeners, reportCandidateEnd } from './report-changes.ts'

export function openRollout(
  store: PolicyStore,
  config: Config,
  log: Log,
  deps: Listeners & Pick<RolloutOptions, 'candidates' | 'keeps' | 'onFree'>,
): Rollout {
  const state = config.bundle?.state ?? null
  return new Rollout({
    config: config.rollout,
    store,
    candidates: deps.candidates,
    directory: state === null ? null : rolloutDirectory(state),
    clock: deps.clock,
    keeps: deps.keeps ?? true,
    onEvent: (event, asking) => reportCandidateEnd({ event, before: store.status.active?.revision ?? null, asking }, log, deps),
    ...(deps.onFree && { onFree: deps.onFree }),
    onTrouble: (message) => log.error(message),
  })
}

/** Returns an adapter for a bundle source that offers new bundles to the roll-out as candidates, instead of activating them. */
export function offering(store: PolicyStore, rollout: Rollout): Followed {
  return {
    get status() {
      return store.status
    },
    activate: (bytes) => rollout.offer(bytes),
    recover: () => store.recover(),
    confirm: () => store.confirm(),
    report: (code, message) => store.report(code, message),
  }
}
