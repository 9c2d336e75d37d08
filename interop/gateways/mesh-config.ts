import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'

/** Returns what is wrong with Istio's mesh configuration: fields that its message lacks, and values of another type. */
export function faultsOfMeshConfig(istioApi: string, config: unknown): readonly string[] {
  const { root } = protobuf.parse(readFileSync(`${istioApi}/mesh/v1alpha1/config.proto`, 'utf8'), { keepCase: false })
  return faultsOf(root.lookupType('istio.mesh.v1alpha1.MeshConfig'), config, 'meshConfig')
}

function faultsOf(type: protobuf.Type, value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is not an object`]
  return Object.entries(value).flatMap(([name, each]) => {
    const at = `${path}.${name}`
    const field = type.fields[name]
    if (field === undefined) return [`${at} is unknown`]
    if (!field.repeated) return faultsOfField(type, field, each, at)
    if (!Array.isArray(each)) return [`${at} is not a list`]
    return each.flatMap((item, index) => faultsOfField(type, field, item, `${at}[${index}]`))
  })
}

function faultsOfField(parent: protobuf.Type, field: protobuf.Field, value: unknown, at: string): readonly string[] {
  const expected = SCALARS.get(field.type)
  if (expected !== undefined) return typeof value === expected ? [] : [`${at} is not a ${expected}`]
  if (field.type === 'google.protobuf.Duration')
    return /^[0-9]+(?:\.[0-9]+)?s$/.test(String(value)) ? [] : [`${at} is no duration`]
  const type = parent.lookup(field.type)
  if (type instanceof protobuf.Enum) return Object.hasOwn(type.values, String(value)) ? [] : [`${at} is no ${field.type}`]
  return type instanceof protobuf.Type ? faultsOf(type, value, at) : [`${at} has a type that is not checked: ${field.type}`]
}

const SCALARS: ReadonlyMap<string, string> = new Map([
  ['string', 'string'],
  ['bool', 'boolean'],
  ['uint32', 'number'],
  ['int32', 'number'],
])
