/** A metric of the text format of Prometheus, version 0.0.4. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
}

/** Stricter than readers are: each family once and whole, HELP and TYPE before its samples, no series twice, buckets that fit their count. Throws where it is otherwise. */
export function readExposition(text: string): readonly Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families: (Omit<Family, 'samples'> & { samples: Sample[] })[] = []
  let help: readonly [name: string, text: string] | null = null
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const told = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line)
    if (told !== null) {
      const [, what, name = '', rest = ''] = told
      if (what === 'HELP') help = [name, rest]
      else {
        if (help?.[0] !== name) throw new Error(`${name} has a type and no help`)
        if (families.some((one) => one.name === name)) throw new Error(`${name} is there twice`)
        if (SUFFIXES[rest] === undefined) throw new Error(`${name} is a ${rest}`)
        families.push({ name, help: help[1], type: rest, samples: [] })
      }
      continue
    }
    const family = families.at(-1)
    const sample = readSample(line)
    if (family === undefined || !SUFFIXES[family.type]?.some((suffix) => sample.name === family.name + suffix))
      throw new Error(`not of the metric above it: ${line}`)
    family.samples.push(sample)
  }
  for (const family of families) check(family)
  return families
}

function readSample(line: string): Sample {
  const found = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
  if (found === null) throw new Error(`no sample: ${line}`)
  const [, name = '', inside = '', number = ''] = found
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number)
  if (!/^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf)$/i.test(number)) throw new Error(`no number: ${line}`)
  return { name, labels: readLabels(inside, line), value }
}

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  const one = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y
  while (one.lastIndex < text.length) {
    const found = one.exec(text)
    if (found === null) throw new Error(`no labels: ${line}`)
    const [, name = '', value = ''] = found
    if (Object.hasOwn(labels, name)) throw new Error(`a label twice: ${line}`)
    labels[name] = value.replaceAll(/\\(.)/g, (_, after: string) => (after === 'n' ? '\n' : after))
  }
  return labels
}

function check({ name, type, samples }: Family): void {
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
  const keys = samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()]))
  if (new Set(keys).size < keys.length) throw new Error(`${name} has a series twice`)
  if (type !== 'gauge' && samples.some(({ value }) => value < 0)) throw new Error(`${name} is below nothing`)
  if (type !== 'histogram') return
  const series = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le: _, ...rest } = sample.labels
    const key = JSON.stringify(Object.entries(rest).sort())
    series.set(key, [...(series.get(key) ?? []), sample])
  }
  for (const of of series.values()) {
    const buckets = of.filter((one) => one.name.endsWith('_bucket'))
    const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)))
    const isAscending = buckets.every(
      ({ value }, at) => at === 0 || (value >= (buckets[at - 1]?.value ?? 0) && (bounds[at] ?? 0) > (bounds[at - 1] ?? 0)),
    )
    const count = of.find((one) => one.name.endsWith('_count'))?.value
    if (!isAscending || bounds.at(-1) !== Number.POSITIVE_INFINITY || buckets.at(-1)?.value !== count)
      throw new Error(`${name} has buckets that do not fit`)
  }
}
