/** The workers of a configuration, whose candidate a test sees to by messages: what a roll-out does of itself. */
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { OwnRevocations } from '../../runtime/identity/revocation/index.ts'
import { createLog, runRole } from '../../runtime/index.ts'
import type { InstantiateInput, Share } from '../../runtime/policy/index.ts'
import { MemoryBuckets } from '../../runtime/proxy/rate-limits/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { CodeCheck } from '../../runtime/server/supervisor/code-check/code-check.ts'
import { Generation } from '../../runtime/server/supervisor/generation.ts'
import { SharedKeys } from '../../runtime/server/supervisor/shared/shared-keys.ts'
import { SharedSessions } from '../../runtime/server/supervisor/shared/shared-sessions.ts'

export type Call =
  | { readonly kind: 'begin'; readonly bundle: InstantiateInput }
  | { readonly kind: 'share'; readonly share: Share }
  | { readonly kind: 'end' | 'tally' | 'pids' | 'active' }
  | { readonly kind: 'put'; readonly name: string; readonly text: string }

if (!(await runRole())) await main()

async function main(): Promise<void> {
  const file = process.argv[2] as string
  const text = readFileSync(file, 'utf8')
  const loaded = loadConfig(text, file, { insecureHttpIssuer: false })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  const log = createLog((line) => process.stderr.write(line))
  const sessions = new SharedSessions(() => {})
  const keys = new SharedKeys(log, () => {}).open(loaded.config.assertion)
  let last = 0
  const generation = new Generation({
    log,
    config: loaded.config,
    start: { text, file, insecureHttpIssuer: false, learn: null, sessionSecret: sessions.secret },
    workers: loaded.config.workers ?? 2,
    keys: () => keys?.stored(Date.now()) ?? null,
    unsignedBundle: false,
    check: new CodeCheck(),
    sessions,
    buckets: new MemoryBuckets(),
    revocations: new OwnRevocations(Date.now),
    next: () => ++last,
    onRestart: () => {},
    onHang: () => {},
    loads: { policy: () => {}, data: () => {}, follow: () => {} },
    onCandidateEnd: () => {},
    onHead: () => {},
    onGone: () => {},
  })
  await generation.begin(false)
  await generation.fill()
  const server = createServer({ pauseOnConnect: true }, (socket) => generation.give({ socket, listener: 0 }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.on('message', ({ id, call }: { readonly id: number; readonly call: Call }) => {
    void answer(generation, call).then(
      (value) => process.send?.({ id, value }),
      (error: Error) => process.send?.({ id, error: error.message }),
    )
  })
  process.once('disconnect', () => {
    generation.kill()
    process.exit(0)
  })
  process.send?.({ port: (server.address() as AddressInfo).port })
}

async function answer(generation: Generation, call: Call): Promise<unknown> {
  const { candidates } = generation
  switch (call.kind) {
    case 'begin':
      return await candidates.begin(call.bundle)
    case 'share':
      return await candidates.share(call.share)
    case 'end':
      return await candidates.end()
    case 'tally':
      return await candidates.tally()
    case 'pids':
      return generation.ready.map(({ pid }) => pid)
    case 'active':
      return generation.policy?.active ?? null
    case 'put':
      return await generation.deciding?.data.change(call.name, null, () => call.text, { by: 'test', source: null })
  }
}
