/** Servers that answer each check with the permit that `iap` gave, without a decision. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, credentials } from '@grpc/grpc-js'
import { request } from 'undici'
import { envoy } from '../../runtime/proxy/checks/ext-authz/service/messages.generated.js'
import { HOST, type Stage } from '../carry/stage.ts'
import { buildProgram } from '../run-program.ts'

const { CheckRequest, CheckResponse } = envoy.service.auth.v3

/** What answers checks. */
export interface Side {
  readonly port: number
  readonly pid: number
}

/** What Envoy asks about a request with a token, with merged headers. */
export function checkOf(token: string): Uint8Array {
  const headers = {
    ':authority': HOST,
    ':method': 'GET',
    ':path': '/1k',
    ':scheme': 'http',
    accept: '*/*',
    authorization: `Bearer ${token}`,
    'user-agent': 'h2load nghttp2/1.52.0',
    'x-forwarded-proto': 'http',
    'x-request-id': '0f6b5b2e-7a51-4d3c-93a5-3c1f6d1a9c55',
  }
  const lines = Object.entries(headers).map(([key, value]) => ({ key, value }))
  const http = { method: 'GET', path: '/1k', host: HOST, scheme: 'http', protocol: 'HTTP/1.1', headers: lines }
  const source = { address: { socketAddress: { address: '127.0.0.1' } } }
  return CheckRequest.encode({ attributes: { source, request: { http } } }).finish()
}

/** @throws Error if the answer is no permit */
export async function answerOf(port: number, message: Uint8Array): Promise<Uint8Array> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  try {
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const path = '/envoy.service.auth.v3.Authorization/Check'
      const same = (bytes: Buffer) => bytes
      client.makeUnaryRequest(path, same, same, Buffer.from(message), (error, answer) =>
        error ? reject(error) : resolve(answer as Buffer),
      )
    })
    const { okResponse } = CheckResponse.decode(bytes)
    if (!okResponse) throw new Error('the check is refused')
    return bytes
  } finally {
    client.close()
  }
}

/** Starts a server that gives the same response to all checks. `name`: of the program. */
export async function startEmpty(stage: Stage, name: string, response: Uint8Array): Promise<Side> {
  const program = await buildProgram(stage.root, `bench/checks/${name}.ts`)
  const file = join(stage.folderFor('checks'), 'response.bin')
  writeFileSync(file, response)
  const port = await stage.freePort()
  return { port, pid: await stage.run(name, port, process.execPath, [program, String(port), file]) }
}

/** A message of gRPC without compression: a flag, and the length in four bytes. */
export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** The same over HTTP/1.1, for nginx. */
export async function startEmptyHttp(stage: Stage, deciding: Side): Promise<Side> {
  const headers = {
    authorization: `Bearer ${stage.token}`,
    'x-original-method': 'GET',
    'x-original-url': `http://${HOST}/1k`,
    'x-forwarded-for': '127.0.0.1',
  }
  const answer = await request(`http://127.0.0.1:${deciding.port}/_check`, { headers })
  await answer.body.dump()
  if (answer.statusCode !== 200) throw new Error(`the check is refused with ${answer.statusCode}`)
  const { date, connection, 'keep-alive': _, ...permit } = answer.headers
  const program = await buildProgram(stage.root, 'bench/checks/empty-http.ts')
  const file = join(stage.folderFor('checks'), 'permit.json')
  writeFileSync(file, JSON.stringify(permit))
  const port = await stage.freePort()
  return { port, pid: await stage.run('empty-http', port, process.execPath, [program, String(port), file]) }
}
