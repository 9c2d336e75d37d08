import { spawn } from 'node:child_process'

/** A program that runs until `stop`; its lines go to `onLine`. What it said last is in the error when it ends by itself. */
export class Child {
  #process
  #name
  #last = []
  #stopping = false
  #ended

  constructor(name, args, { env = {}, cwd, onLine = () => {}, onEnd = () => {} } = {}) {
    this.#name = name
    // A group of its own, so that ctrl-c reaches this script first, which then stops what it started in order.
    this.#process = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      lines(stream, (line) => {
        this.#last = [...this.#last.slice(-9), line]
        onLine(line)
      })
    }
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(error.message))
      this.#process.once('close', (code, signal) => resolve(`ended with ${signal ?? code}`))
    })
    this.#ended.then((how) => {
      if (!this.#stopping) onEnd(new Error(`${this.#name} ${how}:\n${this.#last.join('\n')}`))
    })
  }

  async stop() {
    this.#stopping = true
    this.#process.kill('SIGTERM')
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 5000)
    await this.#ended
    clearTimeout(late)
  }
}

/** Runs to its end and returns its output; one that fails throws what it said, `allowed` exit codes aside. */
export function finish(args, { cwd, allowed = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (allowed.includes(code)) resolve({ code, stdout, stderr })
      else reject(new Error(`${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`))
    })
  })
}

function lines(stream, onLine) {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop()
    for (const part of parts) onLine(part)
  })
}
