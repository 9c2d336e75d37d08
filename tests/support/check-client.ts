import { type ChannelCredentials, Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import type {
  CheckRequestMessage,
  CheckResponseMessage,
  HttpRequestMessage,
} from '../../runtime/proxy/checks/ext-authz/service/index.ts'
import { envoy, grpc } from '../../runtime/proxy/checks/ext-authz/service/messages.generated.js'

export const { CheckRequest, CheckResponse } = envoy.service.auth.v3
const { HealthCheckRequest, HealthCheckResponse } = grpc.health.v1

/** A client of gRPC with a connection of its own. */
export function checkClient(target: string, secured: ChannelCredentials = credentials.createInsecure(), options = {}): Client {
  return new Client(target, secured, { 'grpc.max_send_message_length': -1, 'grpc.use_local_subchannel_pool': 1, ...options })
}

/** A check of a request that is complete and consistent, but for `changes`. Lines get the pseudo-headers that they lack. */
export function checkOf(changes: HttpRequestMessage = {}, path = '/x'): CheckRequestMessage {
  const accept = [{ key: 'accept', value: '*/*' }]
  const http = { method: 'GET', path, host: 'app.test', scheme: 'https', protocol: 'HTTP/1.1', headers: accept, ...changes }
  const all = Object.entries({ ':method': http.method, ':path': http.path, ':authority': http.host, ':scheme': http.scheme })
  const pseudo = all.map(([key, value]) => ({ key, value }))
  const headers = http.headers.length === 0 ? [] : [...pseudo, ...http.headers]
  return {
    attributes: { source: { address: { socketAddress: { address: '192.0.2.7' } } }, request: { http: { ...http, headers } } },
  }
}

/** Sends the bytes of a check. `deadline` is in milliseconds. */
export function callCheck(client: Client, bytes: Uint8Array, deadline = 60_000) {
  let cancel = () => {}
  const response = new Promise<CheckResponseMessage>((resolve, reject) => {
    const call = client.makeUnaryRequest(
      '/envoy.service.auth.v3.Authorization/Check',
      (request: Uint8Array) => Buffer.from(request),
      (answer) => CheckResponse.decode(answer),
      bytes,
      new Metadata(),
      { deadline: Date.now() + deadline },
      (error, value) => (error ? reject(error) : resolve(value as CheckResponseMessage)),
    )
    cancel = () => call.cancel()
  })
  return { response, cancel }
}

export const askCheck = (client: Client, message = checkOf()) => callCheck(client, CheckRequest.encode(message).finish()).response

/** The code of gRPC with which a call ends. */
export const grpcCodeOf = (response: Promise<unknown>) =>
  response.then(
    () => status.OK,
    ({ code }: ServiceError) => code,
  )

/** The status that the health service tells of a service; 1: it serves. */
export function askHealth(client: Client, service = ''): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (request: { service: string }) => Buffer.from(HealthCheckRequest.encode(request).finish()),
      (answer) => HealthCheckResponse.decode(answer),
      { service },
      (error, value) => (error ? reject(error) : resolve(value?.status)),
    )
  })
}
