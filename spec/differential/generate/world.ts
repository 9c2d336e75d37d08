/** What a generated policy declares beside its rules, roles and defs: several policies have one world, as validators take their time. */
import type { Type } from '../../../language/index.ts'
import { generateData } from './data.ts'
import { OPENAPI, SCHEMAS } from './documents.ts'
import { generateIdentity, printIdentity, type WorldIdentity } from './identities.ts'
import { Random } from './random.ts'
import { ServiceGenerator, type WorldRoute, type WorldService } from './services.ts'
import { ALIASES, printType } from './types.ts'

export interface World {
  readonly aliases: ReadonlyMap<string, Type>
  readonly identities: readonly WorldIdentity[]
  readonly data: ReadonlyMap<string, Type>
  readonly labels: readonly string[]
  readonly services: readonly WorldService[]
  readonly routes: readonly WorldRoute[]
}

export function generateWorld(seed: number): World {
  const random = new Random(seed)
  const aliases = new Map(random.some([...ALIASES], 0.6))
  const identities = random.sample(['staff', 'partner', 'role'], random.int(1, 3)).map((name) => generateIdentity(random, name))
  const data = generateData(random)
  const labels = random.sample(['pii', 'money', 'label'], random.int(1, 3))
  const services = new ServiceGenerator(random, labels, aliases).services()
  return { aliases, identities, data, labels, services, routes: services.flatMap(({ routes }) => routes) }
}

export interface PrintedWorld {
  readonly aliases: readonly string[]
  readonly people: readonly string[]
  readonly data: readonly string[]
  readonly rest: readonly string[]
  readonly documents: Readonly<Record<string, string>>
}

export function printWorld({ aliases, identities, data, labels, services }: World): PrintedWorld {
  const texts = new Map([[OPENAPI.file, OPENAPI.text] as const, ...SCHEMAS.map(({ file, text }) => [file, text] as const)])
  const documents = services.flatMap((service) => service.documents)
  return {
    aliases: [...aliases].map(([name, type]) => `type ${name} = ${printType(type, without(aliases, name))}`),
    people: identities.map((identity) => printIdentity(identity, aliases)),
    data: [...data].map(([name, type]) => `data ${name}: ${printType(type, aliases)}`),
    rest: [...labels.map((label) => `label ${label}`), ...services.map(({ text }) => text)],
    documents: Object.fromEntries(documents.map((file) => [file, texts.get(file) as string])),
  }
}

function without<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  return new Map([...map].filter(([key]) => key !== name))
}
