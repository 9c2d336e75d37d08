/** A service of gRPC by `@grpc/grpc-js`, and clients of it: what stubs that a compiler makes of `.proto` files come to. */
import {
  type ChannelCredentials,
  type Client,
  credentials,
  type handleUnaryCall,
  type Metadata,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'

/** Any JSON, in place of a message of protobuf: neither gRPC nor the proxy looks into it. */
export type Message = unknown

const serialize = (message: Message) => Buffer.from(JSON.stringify(message))
const deserialize = (bytes: Buffer): Message => JSON.parse(bytes.toString())

function method(name: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/test.v1.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  }
}

export const echo = {
  Say: method('Say', false, false),
  Collect: method('Collect', true, false),
  Count: method('Count', false, true),
  Chat: method('Chat', true, true),
  /** For those who are signed in. */
  Secret: method('Secret', false, false),
  Watch: method('Watch', false, true),
  /** For admins. */
  Purge: method('Purge', false, false),
  /** No route of the policy has it. */
  Hidden: method('Hidden', false, false),
} as const satisfies ServiceDefinition

export const echoPolicy = `
identity user via jwt {
  sub: string
  groups: set<string>
}

role admin of user when "admins" in caller.groups

service app at "app.test" {
  rpc say     "test.v1.Echo/Say"
  rpc collect "test.v1.Echo/Collect"
  rpc count   "test.v1.Echo/Count"
  rpc chat    "test.v1.Echo/Chat"
  rpc secret  "test.v1.Echo/Secret"
  rpc watch   "test.v1.Echo/Watch"
  rpc purge   "test.v1.Echo/Purge"
  route open ANY "/open/{rest...}"
}

permit open_to_all on app.say, app.collect, app.count, app.chat, app.open to anyone
permit users_in on app.secret, app.watch to user
permit admins_in on app.purge to admin

forbid evil on app.say
  when "x-tenant" in request.headers && request.headers["x-tenant"] == "evil"
  because "Not this ténant: 100%."
`

export type Handlers = {
  Say: (call: ServerUnaryCall<Message, Message>) => Message | Promise<Message>
  Collect: (call: ServerReadableStream<Message, Message>, done: (error: unknown, answer?: Message) => void) => void
  Count: (call: ServerWritableStream<Message, Message>) => void
  Chat: (call: ServerDuplexStream<Message, Message>) => void
}

export interface EchoService {
  readonly origin: string
  readonly port: number
  readonly server: Server
  /** May be replaced by a test. */
  readonly handlers: Handlers
  close(): void
}

/** `port`: 0 takes any free one. */
export async function startEchoService(port = 0, creds = ServerCredentials.createInsecure()): Promise<EchoService> {
  const handlers: Handlers = {
    Say: ({ request }) => request,
    Collect: (call, done) => {
      const all: Message[] = []
      call.on('data', (message) => all.push(message))
      call.on('end', () => done(null, all))
    },
    Count: (call) => {
      for (let n = 0; n < Number(call.request); n++) call.write(n)
      call.end()
    },
    Chat: (call) => {
      call.on('data', (message) => call.write(message))
      call.on('end', () => call.end())
    },
  }
  const say: handleUnaryCall<Message, Message> = (call, done) => {
    Promise.resolve()
      .then(() => handlers.Say(call))
      .then((answer) => done(null, answer))
      .catch((error) => done(error))
  }
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 })
  const implementation = {
    Say: say,
    Secret: say,
    Purge: say,
    Hidden: say,
    Collect: (call: never, done: never) => handlers.Collect(call, done),
    Count: (call: never) => handlers.Count(call),
    Watch: (call: never) => handlers.Count(call),
    Chat: (call: never) => handlers.Chat(call),
  }
  server.addService(echo, implementation as unknown as UntypedServiceImplementation)
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, creds, (error, found) => (error === null ? resolve(found) : reject(error)))
  })
  const scheme = creds._isSecure() ? 'https://localhost' : 'http://127.0.0.1'
  return { origin: `${scheme}:${bound}`, port: bound, server, handlers, close: () => server.forceShutdown() }
}

const EchoClient = makeGenericClientConstructor(echo, 'Echo')

/** What a generated client is like; each as `@grpc/grpc-js` has it. */
// biome-ignore lint/suspicious/noExplicitAny: generic clients have no types of their methods
export type EchoClient = Client & Record<keyof typeof echo, (...args: any[]) => any>

export function echoClient(port: number, creds: ChannelCredentials = credentials.createInsecure()): EchoClient {
  return new EchoClient(`127.0.0.1:${port}`, creds, {
    'grpc.default_authority': 'app.test',
    'grpc.ssl_target_name_override': 'app.test',
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    // What a client does by itself must not hide what the proxy does.
    'grpc.enable_retries': 0,
  }) as unknown as EchoClient
}

/** What a unary call came to. */
export interface Outcome {
  readonly code: number
  readonly details: string
  readonly answer: Message
  readonly head: Metadata | null
  readonly trailers: Metadata | null
}

export function unary(
  client: EchoClient,
  name: 'Say' | 'Secret' | 'Purge' | 'Hidden',
  message: Message,
  metadata: Metadata,
  options: object = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    let head: Metadata | null = null
    let answer: Message
    const call = client[name](message, metadata, options, (_error: unknown, found: Message) => {
      answer = found
    })
    call.on('metadata', (found: Metadata) => {
      head = found
    })
    call.on('status', ({ code, details, metadata: trailers }: { code: number; details: string; metadata: Metadata }) => {
      // The callback comes first or last.
      setImmediate(() => resolve({ code, details, answer, head, trailers }))
    })
  })
}

/** How a call with a stream of answers has ended. */
export function statusOf(call: { on(event: string, listener: (found: never) => void): unknown }): Promise<{
  readonly code: number
  readonly details: string
}> {
  call.on('error', () => {})
  return new Promise((resolve) => call.on('status', (status: { code: number; details: string }) => resolve(status)))
}
