import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { checkConfig, createLog, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

export interface ShownProxy {
  readonly port: number
  /** That of the configuration and its files. */
  readonly folder: string
  close(): Promise<void>
}

/** Starts the proxy with a configuration that a page shows, without an audit section, beside the files that it names. */
export async function startShownProxy(config: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<ShownProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-page-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content, { mode: 0o600 })
  }
  const loaded = loadConfig(`${config}audit: []\n`, join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  expect(await checkConfig(loaded.config)).toEqual([])
  const proxy = await startProxy(loaded.config, { log: createLog(() => {}) })
  return {
    folder,
    port: Number(new URL(proxy.addresses[0] ?? '').port),
    async close() {
      await proxy.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
