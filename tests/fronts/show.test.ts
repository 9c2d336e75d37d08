import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { root } from '../../interop/support/root.ts'

const folder = `${root}examples/fronts`

/** Those whose folder has a deployment. */
const shown = readdirSync(folder).filter((name) => existsSync(`${folder}/${name}/iap.yaml`))

/** Debian has servers where `PATH` of users may not lead. */
function isInstalled(name: string): boolean {
  try {
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
    execFileSync('sh', ['-c', 'command -v "$0"', name], { stdio: 'ignore', env })
    return true
  } catch {
    return false
  }
}

function show(...words: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [`${folder}/show.mjs`, ...words], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })
}

test('nginx is among them', () => {
  expect(shown).toContain('nginx')
})

describe.each(shown)('%s', (name) => {
  test.skipIf(!isInstalled(name))('client and service see what the example says', async () => {
    const { code, stdout, stderr } = await show(name, '--any-ports')
    expect([code, stdout], stderr).toEqual([0, expect.stringContaining('All of it is as expected.')])
    expect(stdout.match(/^✓ /gm)).toHaveLength(5)
  })
})

test.each([[['apache']], [['nginx', '--ports']], [[]]])('%j is a wrong command line', async (words) => {
  const { code, stderr } = await show(...words)
  expect([code, stderr]).toEqual([2, expect.stringContaining('usage: node examples/fronts/show.mjs NAME')])
})
