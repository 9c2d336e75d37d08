import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import protobuf from 'protobufjs'
import pbjs from 'protobufjs-cli/pbjs.js'

const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/**
 * The messages and fields of Envoy's API that the listener reads or writes. A field that is not listed is skipped by the reader,
 * as an unknown one.
 */
const USED = {
  'envoy.service.auth.v3.CheckRequest': ['attributes'],
  'envoy.service.auth.v3.AttributeContext': ['source', 'request', 'contextExtensions'],
  'envoy.service.auth.v3.AttributeContext.Peer': ['address', 'principal', 'certificate'],
  'envoy.service.auth.v3.AttributeContext.Request': ['http'],
  'envoy.service.auth.v3.AttributeContext.HttpRequest': [
    ...['method', 'headers', 'headerMap', 'path', 'host', 'scheme', 'query', 'fragment', 'protocol', 'body', 'rawBody'],
  ],
  'envoy.config.core.v3.Address': ['socketAddress'],
  'envoy.config.core.v3.SocketAddress': ['address'],
  'envoy.config.core.v3.HeaderMap': ['headers'],
  'envoy.config.core.v3.HeaderValue': ['key', 'value', 'rawValue'],
  'envoy.service.auth.v3.CheckResponse': ['status', 'deniedResponse', 'okResponse', 'dynamicMetadata'],
  'envoy.service.auth.v3.DeniedHttpResponse': ['status', 'headers', 'body'],
  'envoy.service.auth.v3.OkHttpResponse': ['headers', 'headersToRemove', 'responseHeadersToAdd'],
  'envoy.config.core.v3.HeaderValueOption': ['header', 'appendAction'],
  'envoy.type.v3.HttpStatus': ['code'],
  'google.rpc.Status': ['code', 'message'],
  'google.protobuf.Struct': ['fields'],
  'google.protobuf.Value': ['stringValue'],
}

/**
 * Compiles the used part of Envoy's protocol files by `pbjs` of protobufjs, whose static code checks bounds, needs no `eval` and
 * nothing but npm. Maps are read as the repeated entries that they are on the wire, so that no entry replaces another.
 */
export async function extAuthz() {
  const root = new protobuf.Root()
  root.resolvePath = (_, target) => pathOf(target)
  await root.load('envoy/service/auth/v3/external_auth.proto')
  root.resolveAll()
  const sparse = new protobuf.Root()
  for (const [name, fields] of Object.entries(USED)) addMessage(sparse, root.lookupType(name), fields)
  protobuf.parse(HEALTH, sparse)
  const folder = await mkdtemp(join(tmpdir(), 'ext-authz-'))
  try {
    const file = join(folder, 'messages.json')
    await writeFile(file, JSON.stringify(sparse.toJSON()))
    return await promisify(pbjs.main)([...OPTIONS, file])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** gRPC's health service: https://github.com/grpc/grpc/blob/master/doc/health-checking.md. Its enumeration is a number here. */
const HEALTH = `
  syntax = "proto3";
  package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse { int32 status = 1; }
`

const OPTIONS = [
  ...['--target', 'static-module', '--wrap', 'esm', '--dependency', 'protobufjs/minimal.js'],
  ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service', '--no-comments'],
]

/** Returns the file of an import. Those of protobuf itself come with protobufjs. */
function pathOf(target) {
  if (protobuf.common.get(target) !== null) return target
  if (target.startsWith('google/protobuf/')) return join(packages, 'protobufjs', target)
  const folder = FOLDERS[target.slice(0, target.indexOf('/'))] ?? 'xds'
  return join(packages, '@grpc/grpc-js-xds/deps', folder, target)
}

const FOLDERS = { envoy: 'envoy-api', google: 'googleapis', validate: 'protoc-gen-validate' }

/** Adds a message with only some of its fields. */
function addMessage(root, type, fields) {
  const path = type.fullName.slice(1).split('.')
  const known = root.lookup(path)
  const copy = known ?? root.define(path.slice(0, -1)).add(new protobuf.Type(type.name)).get(type.name)
  for (const name of fields) {
    const field = type.fields[name]
    if (field === undefined) throw new Error(`${type.fullName} has no field ${name}`)
    copy.add(field.map ? entriesOf(copy, field) : new protobuf.Field(name, field.id, typeOf(field), field.rule))
  }
}

function entriesOf(message, { name, id, keyType, type, resolvedType }) {
  const entry = new protobuf.Type(`${name[0].toUpperCase()}${name.slice(1)}Entry`)
  entry.add(new protobuf.Field('key', 1, keyType))
  entry.add(new protobuf.Field('value', 2, resolvedType?.fullName ?? type))
  message.add(entry)
  return new protobuf.Field(name, id, entry.name, 'repeated')
}

/** Enumerations are numbers on the wire. */
function typeOf({ resolvedType, type }) {
  return resolvedType instanceof protobuf.Enum ? 'int32' : (resolvedType?.fullName ?? type)
}
