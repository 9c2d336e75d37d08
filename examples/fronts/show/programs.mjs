import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:net'

/** Starts a program. `end` stops it; the program is killed if it has not ended within five seconds. */
export function startProgram(command, words, cwd) {
  const child = spawn(command, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  const append = (text) => {
    log += text
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', append)
  let isOver = false
  const over = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('close', () => resolve(''))
  }).then((message) => {
    isOver = true
    log += message
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const failure = (what) => new Error(`${command} ${words.slice(0, 3).join(' ')} ${what}:\n${log}`)
  return {
    log: () => log,
    /** @throws Error if the program has ended */
    check() {
      if (isOver) throw failure('has ended')
    },
    /** Waits for a line, for half a minute. */
    async line(pattern) {
      for (let tries = 0; tries < 600; tries += 1) {
        if (pattern.test(log)) return
        this.check()
        await pause()
      }
      throw failure('does not start')
    },
    async end() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await over
      clearTimeout(late)
    },
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))

/** Waits until a front at a port of this machine passes on requests for the keys of iap, for half a minute. */
export async function untilServing(port, program) {
  for (let tries = 0; tries < 600; tries += 1) {
    program.check()
    // Traefik listens before it has its routes.
    if ((await statusOfKeys(port)) === 200) return
    await pause()
  }
  throw new Error(`the front at 127.0.0.1:${port} does not answer for iap:\n${program.log()}`)
}

function statusOfKeys(port) {
  const headers = { host: 'shop.localhost' }
  return new Promise((resolve) => {
    request({ host: '127.0.0.1', port, path: '/.well-known/iap/jwks.json', headers, agent: false, timeout: 5000 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode))
    })
      .once('error', () => resolve(0))
      .once('timeout', () => resolve(0))
      .end()
  })
}

/** Returns that many ports of this machine that nobody uses now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
