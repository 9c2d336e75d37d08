import type { PolicyStore, Rollout } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { OpenedPolicy } from './open-policy.ts'

export function decidingBy({ data, look }: OpenedPolicy, store: PolicyStore, rollout: Rollout): PolicyControl {
  return {
    policy: {
      get status() {
        return store.status
      },
      rollback: (asking) => store.rollback(asking),
      release: (asking) => store.release(asking),
      refresh: look,
    },
    candidate: rollout,
    data,
  }
}
