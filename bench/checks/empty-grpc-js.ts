/** The same by `@grpc/grpc-js`, the library with which a service of Node answers checks. */
import { readFileSync } from 'node:fs'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { envoy } from '../../runtime/proxy/checks/ext-authz/service/messages.generated.js'

const { CheckRequest, CheckResponse } = envoy.service.auth.v3
type Request = ReturnType<typeof CheckRequest.decode>
type Response = ReturnType<typeof CheckResponse.decode>

const [port, file = ''] = process.argv.slice(2)
const response = CheckResponse.decode(readFileSync(file))
if (!response.okResponse) throw new Error(`${file} is no permit`)

const server = new Server()
server.addService(
  {
    check: {
      path: '/envoy.service.auth.v3.Authorization/Check',
      requestStream: false,
      responseStream: false,
      requestSerialize: (message: Request) => Buffer.from(CheckRequest.encode(message).finish()),
      requestDeserialize: (bytes: Buffer) => CheckRequest.decode(bytes),
      responseSerialize: (message: Response) => Buffer.from(CheckResponse.encode(message).finish()),
      responseDeserialize: (bytes: Buffer) => CheckResponse.decode(bytes),
    },
  },
  { check: (_: unknown, reply: (error: null, message: Response) => void) => reply(null, response) },
)
server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error
})
