/** What is proved is the same in a browser: verdicts, counterexamples, and what it would take to know. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { browse, hasChromium } from '../../tests/support/chromium.ts'
import { judged } from '../differential/proofs/judged.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const folder = new URL('./', import.meta.url)
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.iap'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))

/** Asks for the policies, and tells what became of them. */
const PAGE = `
import { judged } from '../differential/proofs/judged.ts'
const texts = await (await fetch('/texts')).json()
const found = texts.map((text) => {
  try {
    return judged(text)
  } catch (error) {
    return String(error.stack)
  }
})
await fetch('/found', { method: 'POST', body: JSON.stringify(found) })
`

// All proofs, in a browser that has to start.
test.skipIf(!installed)('in Chromium it is as in Node', { timeout: 300_000 }, async () => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(folder), loader: 'ts' },
    bundle: true,
    write: false,
    // No word of Node is there to be had.
    platform: 'browser',
    format: 'esm',
    logLevel: 'error',
  })
  const script = outputFiles[0]?.contents ?? ''
  let tell: (found: unknown) => void = () => {}
  const found = new Promise<unknown>((resolve) => {
    tell = resolve
  })
  const pages = createServer((request, response) => {
    if (request.url === '/texts') return void response.end(JSON.stringify(texts))
    if (request.url === '/judged.js') return void response.setHeader('content-type', 'text/javascript').end(script)
    if (request.url !== '/found')
      return void response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/judged.js"></script>')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.end()
      tell(JSON.parse(Buffer.concat(chunks).toString()))
    })
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  try {
    const told = await browse(`http://page.test:${(pages.address() as AddressInfo).port}/`, found)
    expect(told).toEqual(JSON.parse(JSON.stringify(texts.map(judged))))
  } finally {
    pages.closeAllConnections()
    pages.close()
  }
})
