/** Answers each check with the same response, by the server that `iap` uses: what a check costs without a decision. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type DecideCheck, serveConnection } from '../../runtime/proxy/checks/ext-authz/service/index.ts'
import { envoy } from '../../runtime/proxy/checks/ext-authz/service/messages.generated.js'

const [port, file = ''] = process.argv.slice(2)
const { okResponse, ...others } = envoy.service.auth.v3.CheckResponse.decode(readFileSync(file))
if (!okResponse) throw new Error(`${file} is no permit`)
const response = { ...others, okResponse: { ...okResponse, headersToRemove: [] } }
const admission = { begin: () => true, end() {}, take: () => true, free() {}, failed() {} }
const limits = { message: 4_194_304, streams: 256, idle: 600_000, check: 60_000 }

createServer((socket) => {
  socket.on('error', () => {})
  const check: DecideCheck = (_, reply) => {
    reply({ kind: 'response', response, alwaysRemove: okResponse.headersToRemove })
    return () => {}
  }
  serveConnection(socket, { isServing: () => true, admission, check }, limits)
}).listen(Number(port), '127.0.0.1')
