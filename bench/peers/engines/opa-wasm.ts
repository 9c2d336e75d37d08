import { readFileSync } from 'node:fs'
import type { RegoJob } from '../job.ts'
import type { Opened, Place } from './open.ts'

interface OpaWasm {
  loadPolicy(
    wasm: Uint8Array,
    memory: object,
  ): Promise<{ setData(data: object): void; evaluate(input: object): readonly { readonly result: unknown }[] }>
}

const PAGE = 65_536

/** @param wasm the module, compiled by OPA */
export async function openOpaWasm({ data, questions }: RegoJob, place: Place, wasm: string): Promise<Opened> {
  const { loadPolicy } = await place.load<OpaWasm>('@open-policy-agent/opa-wasm')
  const bytes = readFileSync(wasm)
  const pages = Math.ceil((JSON.stringify(data).length * 8) / PAGE) + 64
  const policy = await loadPolicy(bytes, { initial: pages, maximum: 32_768 })
  policy.setData(data)
  return {
    version: await place.versionOf('@open-policy-agent/opa-wasm'),
    count: questions.length,
    decide: (question) => policy.evaluate(questions[question] as object)[0]?.result === true,
  }
}
