import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GO_FLAGS, GO_TIMEOUT } from '../support/go-install.ts'
import type { InteropRun } from '../support/interop-run.ts'

/** Module of Go with its version. It cannot be installed as a command, because it replaces other modules. */
const MODULE = 'github.com/traefik/traefik/v3@v3.7.13'

/** A version of the library for passwords that registries have. Requests of the cases have no passwords. */
const PASSWORDS = 'github.com/abbot/go-http-auth=github.com/containous/go-http-auth@v0.4.1-0.20200324110947-a37a7636d23e'

/**
 * Builds Traefik in a copy of its module. Returns the path of its program. Needs `go`. The program lacks what no case needs: the
 * dashboard, and the certificates that are ordered by records of DNS, whose many modules are not all to be had.
 *
 * @throws Error with the output of `go`
 */
export async function installTraefik(run: InteropRun): Promise<string> {
  const own = { GOPATH: join(run.scratch, 'go'), GOFLAGS: `${GO_FLAGS} -mod=mod`, GOTOOLCHAIN: 'local' }
  const [folder, program] = [join(run.scratch, 'traefik'), join(run.scratch, 'bin-traefik')]
  run.say(`go build ${MODULE}`)
  const { Dir } = JSON.parse(await go(['mod', 'download', '-json', MODULE], run.scratch)) as { readonly Dir: string }
  cpSync(Dir, folder, { recursive: true })
  reduce(folder)
  await go(['mod', 'edit', '-replace', PASSWORDS], folder)
  await go(['build', '-o', program, './cmd/traefik'], folder)
  return program

  async function go(words: readonly string[], cwd: string): Promise<string> {
    const { code, output } = await run.exec('go', words, { env: { ...process.env, ...own }, cwd, timeout: GO_TIMEOUT })
    if (code !== 0) throw new Error(`go ${words[0]} ended with exit code ${code}: ${output.slice(-4000)}`)
    return output.slice(output.indexOf('{'))
  }
}

/** Removes what is not needed, and adds what the module lacks: Go embeds pages, and another module has empty types. */
function reduce(folder: string): void {
  const file = (path: string) => join(folder, path)
  writeFileSync(file('webui/static/index.html'), '')
  mkdirSync(file('pkg/config/dynamic/ext'), { recursive: true })
  writeFileSync(file('pkg/config/dynamic/ext/go.mod'), 'module github.com/traefik/traefik/dynamic/ext\n')
  writeFileSync(file('pkg/config/dynamic/ext/ext.go'), 'package ext\n\ntype HTTP struct{}\n\ntype Router struct{}\n')
  const acme = file('pkg/provider/acme/provider.go')
  const text = readFileSync(acme, 'utf8')
  const changed = text
    .replace(/^.*\/providers\/dns"\n/m, '')
    .replace('dns.NewDNSChallengeProviderByName(p.DNSChallenge.Provider)', 'nil, errors.New("built without DNS")')
  if (changed.includes('dns.New')) throw new Error('Traefik orders certificates in another way')
  writeFileSync(acme, changed)
}
