import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Kept {
  readonly payload: AdapterPayload
  /** Milliseconds since 1970. */
  readonly until: number
}

/** More than one person needs in a day. */
const MOST = 10_000

/** Returns the in-memory store of the development provider. Entries without an expiry stay until newer ones need the room. */
export function memoryAdapter(): (model: string) => Adapter {
  const kept = new Map<string, Kept>()

  function find(key: string): AdapterPayload | undefined {
    const found = kept.get(key)
    if (found === undefined || Date.now() < found.until) return found?.payload
    kept.delete(key)
    return undefined
  }

  function where(test: (payload: AdapterPayload) => boolean, model?: string): readonly string[] {
    return [...kept].flatMap(([key, { payload }]) =>
      (model === undefined || key.startsWith(`${model} `)) && test(payload) ? [key] : [],
    )
  }

  return (model) => ({
    async upsert(id, payload, expiresIn = 0) {
      const key = `${model} ${id}`
      kept.delete(key)
      kept.set(key, { payload, until: expiresIn > 0 ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY })
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
    },
    find: async (id) => find(`${model} ${id}`),
    async findByUid(uid) {
      const [key] = where((payload) => payload.uid === uid, model)
      return key === undefined ? undefined : find(key)
    },
    async findByUserCode(userCode) {
      const [key] = where((payload) => payload.userCode === userCode, model)
      return key === undefined ? undefined : find(key)
    },
    async consume(id) {
      const payload = find(`${model} ${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => void kept.delete(`${model} ${id}`),
    async revokeByGrantId(grantId) {
      for (const key of where((payload) => payload.grantId === grantId)) kept.delete(key)
    },
  })
}
