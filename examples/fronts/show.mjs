/**
 * `node examples/fronts/show.mjs NAME [--any-ports]`: shows a front. It starts a service, `iap run --dev` with the `iap.yaml` of
 * the front, and the front itself. Then it sends five requests, and prints what the client and the service see. The exit code is
 * 0 if all is as expected, 1 if not, and 2 if something is missing. Nothing of the example is changed: it runs in a copy.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import { fronts, programOf } from './show/fronts.mjs'
import { freePorts, startProgram, untilServing } from './show/programs.mjs'
import { requests, send } from './show/requests.mjs'
import { startService } from './show/service.mjs'

const examples = fileURLToPath(new URL('.', import.meta.url))
const iap = fileURLToPath(new URL('../../dist/iap.js', import.meta.url))

/** Of the examples. 9003 is of a front's own, and 9004 of the development issuer. */
const PORTS = [8000, 8001, 9000, 9001, 9002, 9003, 9004]

/** Milliseconds after which the show ends without a result. */
const BOUND = 90_000

const [name = '', ...words] = process.argv.slice(2)
const front = fronts[name]
if (front === undefined || words.some((word) => word !== '--any-ports')) {
  console.error(`usage: node examples/fronts/show.mjs NAME [--any-ports]\n\nNAME: ${Object.keys(fronts).join(', ')}`)
  process.exit(2)
}
const program = programOf(front)
if (program === null) {
  console.error(`${name} is not installed: looked for ${front.programs.join(', ')} (\`FRONT_PROGRAM=PATH\` names another one)`)
  process.exit(2)
}

/** Undone in reverse order. */
const started = []
const cleanUp = async () => {
  for (const end of started.splice(0).reverse()) await end()
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void cleanUp().then(() => process.exit(1)))
const late = setTimeout(() => {
  console.error(`the show has not ended within ${BOUND / 1000} seconds`)
  void cleanUp().then(() => process.exit(1))
}, BOUND)

try {
  process.exitCode = await show()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  await cleanUp()
  clearTimeout(late)
}

async function show() {
  const scratch = mkdtempSync(join(tmpdir(), 'iap-front-'))
  started.push(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  const taken = words.includes('--any-ports') ? await freePorts(PORTS.length) : PORTS
  const ports = new Map(PORTS.map((port, at) => [port, taken[at]]))
  const folder = copyExample(scratch, ports)

  const { seen, close } = await startService(ports.get(9002))
  started.push(close)
  prepareConfig(folder, scratch, ports)
  const proxy = startProgram(process.execPath, [iap, 'run', '--dev', '--quiet'], folder)
  started.push(proxy.end)
  await proxy.line(/press ctrl-c to stop/)
  const running = startProgram(program, front.words(folder), folder)
  started.push(running.end)
  await untilServing(ports.get(8000), running)

  console.log(`client → ${name} (${program}) → service; ${name} asks iap\n`)
  let wrong = 0
  for (const { title, path, caller, headers = [], expects } of requests) {
    const credential = caller === undefined ? [] : [`Authorization: Bearer ${await tokenOf(ports.get(9004), caller)}`]
    const answer = await send(ports.get(8000), path, [...credential, ...headers])
    const [request] = seen.splice(0)
    const problem = expects(answer, request)
    if (problem !== null) wrong += 1
    console.log(`${problem === null ? '✓' : '✗'} ${title}: GET ${path}${problem === null ? '' : `  (${problem})`}`)
    console.log(`    the client got   ${answer.status} ${answer.code ?? ''}`.trimEnd())
    console.log(`    the service saw  ${request === undefined ? 'nothing' : describe(request)}`)
  }
  console.log(wrong === 0 ? '\nAll of it is as expected.' : `\n${wrong} of ${requests.length} requests are not as expected.`)
  if (wrong > 0) console.error(proxy.log() + running.log())
  return wrong === 0 ? 0 : 1
}

/** Copies the examples, with other ports and paths. Returns the folder of the front's copy. */
function copyExample(scratch, ports) {
  for (const each of ['policies', 'dev', name]) cpSync(join(examples, each), join(scratch, each), { recursive: true })
  const folder = join(scratch, name)
  for (const file of readdirSync(folder)) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const moved = text.replace(/\b(?:800[01]|900[0-4])\b/g, (port) => ports.get(Number(port)))
    const prepared = front.prepare?.(moved, scratch) ?? moved
    writeFileSync(path, prepared.replaceAll('/run/iap/', `${scratch}/`).replaceAll(`/etc/${name}/`, `${folder}/`))
  }
  return folder
}

/** Replaces what a deployment has and this machine has not: its group, its keys, and its identity provider. */
function prepareConfig(folder, scratch, ports) {
  const path = join(folder, 'iap.yaml')
  const config = parseDocument(readFileSync(path, 'utf8'))
  for (const [at] of config.toJS().listeners.entries()) config.deleteIn(['listeners', at, 'group'])
  config.deleteIn(['admin'])
  const [keys, secret] = [join(scratch, 'partners.json'), join(scratch, 'hmac.key')]
  writeFileSync(secret, 'the show of a front needs a secret', { mode: 0o600 })
  const owner = ['--identity', 'partner', '--subject', 'acme']
  execFileSync(process.execPath, [iap, 'key', 'create', '--file', keys, '--hmac-key', secret, ...owner], { stdio: 'pipe' })
  config.setIn(['identities', 'partner', 'keys'], config.createNode({ file: keys, hmacKey: { file: secret } }))
  const dev = { sources: '../policies', callers: '../dev/callers.json', issuer: `127.0.0.1:${ports.get(9004)}` }
  config.setIn(['dev'], config.createNode(dev))
  // A laptop that starts all of this is no reason to shed load.
  config.setIn(['limits'], config.createNode({ lag: '1m' }))
  writeFileSync(path, config.toString())
}

async function tokenOf(port, caller) {
  const answer = await fetch(`http://127.0.0.1:${port}/token?caller=${caller}&as=text`, { signal: AbortSignal.timeout(10_000) })
  return (await answer.text()).trim()
}

function describe({ method, url, caller, headers }) {
  const tier = headers['x-tier'] === undefined ? '' : `, x-tier: ${headers['x-tier']}`
  return `${method} ${url} of ${caller ?? 'nobody'}${tier}`
}
