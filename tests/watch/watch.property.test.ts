/**
 * What is compiled with all that was kept from before is what is compiled from nothing, byte for byte: the module, its source map, validators and
 * manifest, and where there are mistakes, the same are told.
 */
import { expect, test } from 'vitest'
import { generatePolicy } from '../../bench/check/generate-policy.ts'
import { randomFrom } from '../../bench/random.ts'
import { manifestOf } from '../../compiler/bundle/manifest-of.ts'
import { type CompiledSchemas, standaloneValidators } from '../../compiler/bundle/standalone-validators.ts'
import { CompileMemo, compile } from '../../compiler/index.ts'
import { type CheckedProject, checkProject, ProjectMemo, renderDiagnostic } from '../../language/index.ts'
import { editAtRandom, type Texts } from './edits.ts'

const full = process.env.IAP_FULL === '1'
const [seeds, steps] = full ? [8, 50] : [2, 15]

class Session {
  readonly #projects = new ProjectMemo()
  readonly #compilations = new CompileMemo()
  /** For both sides: ajv takes longer than all the rest. */
  readonly #schemas: CompiledSchemas

  constructor(schemas: CompiledSchemas) {
    this.#schemas = schemas
  }

  again(texts: Texts) {
    const project = checked(texts, this.#projects)
    return made(project, this.#schemas, this.#compilations)
  }

  anew(texts: Texts) {
    return made(checked(texts), this.#schemas)
  }
}

function checked(texts: Texts, memo?: ProjectMemo): CheckedProject {
  return checkProject({ read: (name) => texts.get(name) ?? null }, [...texts.keys()], memo)
}

function made({ result, diagnostics }: CheckedProject, schemas: CompiledSchemas, memo?: CompileMemo) {
  const told = diagnostics.map((one) => renderDiagnostic(one, { color: false }))
  if (result === null) return { told }
  const compiled = compile(result, memo === undefined ? {} : { memo })
  const validators = standaloneValidators(compiled.schemas, schemas)
  const [check, tests] = [{ warnings: diagnostics.length }, { passed: 0, failed: 0 }]
  const files = new Map([['sources', new TextEncoder().encode(JSON.stringify(result.sources))]])
  const manifest = manifestOf({ compiled, model: result, sequence: 1, check, tests, files })
  return { told, compiled, validators, manifest, tests: result.tests.map(({ name }) => name) }
}

type Made = ReturnType<typeof made>

/** Texts of megabytes are no messages. */
function expectSame(again: Made, anew: Made, after: string): void {
  for (const part of ['policy', 'sourceMap'] as const) {
    const [one, other] = [again, anew].map(({ compiled }) => compiled?.[part]?.split(/[\n;]/) ?? [])
    const at = one?.findIndex((line, position) => line !== other?.[position]) ?? -1
    expect([after, part, at, one?.[at]]).toEqual([after, part, at, other?.[at]])
  }
  expect(again, after).toEqual(anew)
}

test.each(Array.from({ length: seeds }, (_, seed) => seed))(
  'after any edits (%i)',
  (seed) => {
    const random = randomFrom(seed)
    const session = new Session(new Map())
    let texts: Texts = new Map(generatePolicy(100, seed % 5 === 4))
    session.again(texts)
    const done: string[] = []
    let good = new Map(texts)
    let compiled = 0
    for (let step = 0; step < steps; step += 1) {
      done.push(editAtRandom(texts, random))
      const again = session.again(texts)
      expectSame(again, session.anew(texts), done.join(', '))
      if (again.compiled !== undefined) {
        good = new Map(texts)
        compiled += 1
      } else if (random.chance(0.6)) {
        // Mistakes are mended, if not at once.
        texts = new Map(good)
        done.push('undone')
      }
    }
    expect(compiled).toBeGreaterThan(steps / 4)
  },
  600_000, // The full size takes longer than the default time-out.
)
