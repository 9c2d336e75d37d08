/** Neovim with the files of `editors/vim` and the language server: what a user of Debian's version sees and does. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HANG } from '../support/hang.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const iap = join(root, 'dist/iap.js')

const hasNeovim = spawnSync('nvim', ['--version']).status === 0
// The gate has it, and must not pass without it.
if (!hasNeovim && process.env.CI) throw new Error('neovim is not installed')
const hasServer = spawnSync(process.execPath, [iap, 'lsp', '--help']).status === 0

const POLICY = `identity staff via jwt { sub: string, groups: set<string> }

role manager of staff when "managers" in caller.groups

service orders at "orders.example" {
  route read   GET  "/orders/{id: int}"
  route refund POST "/orders/{id: int}/refund"
}

permit managers_refund
  on   orders.refund
  to     manager
  when undeclared > 5
`

interface Seen {
  readonly failure?: string
  readonly filetype: string
  readonly comment: string
  readonly color: string
  readonly diagnostics: readonly { readonly line: number; readonly message: string; readonly code: string }[]
  readonly hover: readonly string[]
  readonly completion: readonly string[]
  readonly renamed: string
  readonly formatted: string
}

describe.skipIf(!hasNeovim || !hasServer)('Neovim', () => {
  let folder: string
  let seen: Seen

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'iap-neovim-'))
    mkdirSync(join(folder, 'project'))
    const policy = join(folder, 'project/orders.iap')
    writeFileSync(policy, POLICY)
    seen = await drive(policy)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs `drive.lua` on a policy. */
  async function drive(policy: string): Promise<Seen> {
    const result = join(folder, 'result.json')
    const words = ['--headless', '-u', 'NONE', '-i', 'NONE', '--cmd', `set runtimepath^=${join(root, 'editors/vim')}`]
    const script = fileURLToPath(new URL('./drive.lua', import.meta.url))
    const child = spawn('nvim', [...words, '-c', 'filetype plugin on', '-c', 'syntax on', '-c', `luafile ${script}`], {
      cwd: folder,
      env: {
        ...process.env,
        // Nothing of the user's own.
        XDG_CONFIG_HOME: folder,
        XDG_DATA_HOME: folder,
        XDG_STATE_HOME: folder,
        XDG_CACHE_HOME: folder,
        IAP_POLICY: policy,
        IAP_RESULT: result,
        IAP_PATIENCE: String(HANG),
        IAP_COMMAND: JSON.stringify([process.execPath, iap, 'lsp', '--stdio']),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 2 * HANG,
      killSignal: 'SIGKILL',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code, output).toBe(0)
    const found = JSON.parse(readFileSync(result, 'utf8')) as Seen
    expect(found.failure, output).toBeUndefined()
    return found
  }

  it('knows the type of the file, its comments and its colors', () => {
    expect([seen.filetype, seen.comment, seen.color]).toEqual(['iap', '// %s', 'iapDeclaration'])
  })

  it('shows diagnostics', () => {
    const [first] = seen.diagnostics
    expect(first).toMatchObject({
      line: 13,
      message: expect.stringContaining('undeclared'),
      code: expect.stringMatching(/^IAP\d{4}$/),
    })
  })

  it('shows hovers', () => {
    expect(seen.hover.join('\n')).toContain('manager')
  })

  it('completes routes', () => {
    expect(seen.completion.some((label) => label.endsWith('refund'))).toBe(true)
  })

  it('renames a role where it is declared and used', () => {
    expect(seen.renamed).toBe(POLICY.replaceAll(/\bmanager\b/g, 'chief').replace('undeclared', 'params.id'))
  })

  it('formats as `iap fmt` does', () => {
    const { stdout } = spawnSync(process.execPath, [iap, 'fmt', '-'], { input: seen.renamed, encoding: 'utf8' })
    expect(seen.formatted).toBe(stdout)
    expect(seen.formatted).not.toBe(seen.renamed)
  })
})
