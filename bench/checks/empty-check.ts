/** Answers each check with the same response, by the server that `iap` uses: what a check costs without a decision. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type CheckResponseMessage, serveConnection } from '../../runtime/proxy/checks/ext-authz/service/index.ts'
import { envoy } from '../../runtime/proxy/checks/ext-authz/service/messages.generated.js'

const [port, file = ''] = process.argv.slice(2)
const response: CheckResponseMessage = envoy.service.auth.v3.CheckResponse.decode(readFileSync(file))
const admission = { begin: () => true, end() {}, take: () => true, free() {}, failed() {} }
const limits = { message: 4_194_304, streams: 256, idle: 600_000, check: 60_000 }

createServer((socket) => {
  socket.on('error', () => {})
  const check = (_: unknown, reply: (reply: { kind: 'response'; response: CheckResponseMessage }) => void) => {
    reply({ kind: 'response', response })
    return () => {}
  }
  serveConnection(socket, { isServing: () => true, admission, check }, limits)
}).listen(Number(port), '127.0.0.1')
