/** The systemd units of deploy/systemd, by `systemd-analyze`. No unit is started. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../interop/support/root.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

const hasAnalyzer = isInstalled()
// The gate has it, and must not pass without it.
if (!hasAnalyzer && process.env.CI) throw new Error('systemd-analyze is not installed')

const FOLDER = `${root}deploy/systemd`
const service = readFileSync(`${FOLDER}/iap.service`, 'utf8')
const page = readFileSync(`${root}docs/guides/deploy/systemd.md`, 'utf8')

function isInstalled(): boolean {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Returns the path of a copy of the units, beside which `systemd-analyze` finds the other one. */
function copyOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-systemd-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  copyFileSync(`${FOLDER}/iap.socket`, join(folder, 'iap.socket'))
  // Node may be elsewhere on this machine, and `systemd-analyze` looks for it.
  writeFileSync(join(folder, 'iap.service'), text.replaceAll('/usr/bin/node', process.execPath))
  return join(folder, 'iap.service')
}

function analyze(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, '--no-pager'], { encoding: 'utf8', timeout: 60_000 })
  return { status, output: stdout + stderr }
}

test.skipIf(!hasAnalyzer)('systemd-analyze verify: the units have no mistake', () => {
  const { status, output } = analyze('verify', '--man=no', copyOf(service))
  // Units of the machine may have mistakes of their own.
  expect(output.split('\n').filter((line) => line.includes('iap.s'))).toEqual([])
  expect(status).toBe(0)
})

test.skipIf(!hasAnalyzer)('systemd-analyze verify: a mistake is one', () => {
  const { output } = analyze('verify', '--man=no', copyOf(service.replace('ProtectHome=true', 'ProtectHouse=true')))
  expect(output).toContain('ProtectHouse')
})

test.skipIf(!hasAnalyzer)('systemd-analyze security: the exposure is at most 1.5 of 10', () => {
  // Thresholds are in tenths.
  const security = (text: string) => analyze('security', '--offline=true', '--threshold=15', copyOf(text))
  const { status, output } = security(service)
  expect([status, /Overall exposure level for iap\.service: (\S+)/.exec(output)?.[1]]).toEqual([
    0,
    expect.stringMatching(/^[01]\./),
  ])
  expect(security(service.replace(/^(Cap|System|Restrict|Protect|Private).*$/gm, '')).status).toBe(1)
})

test('the page has a configuration that fits the units', () => {
  const [, shown = ''] = /^```yaml\n(listeners:[\s\S]*?)^```$/m.exec(page) ?? []
  const loaded = loadConfig(shown, '/etc/iap/iap.yaml')
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  const { listeners, drain } = loaded.config
  expect(listeners.map(({ fd }) => fd)).toEqual(
    [...readFileSync(`${FOLDER}/iap.socket`, 'utf8').matchAll(/^FileDescriptorName=(.*)$/gm)].map(([, name]) => name),
  )
  const stop = Number(/^TimeoutStopSec=(\d+)s$/m.exec(service)?.[1]) * 1000
  expect(stop).toBeGreaterThan(drain.delay + drain.timeout + 5000)
  // Written folders are those of the unit.
  expect(loaded.config.bundle?.state).toBe('/var/lib/iap')
  expect(service).toMatch(/^StateDirectory=iap$/m)
})
