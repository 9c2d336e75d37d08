/** Formulas of SMT-LIB, as texts. */

export type Formula = string

export const TRUE: Formula = 'true'
export const FALSE: Formula = 'false'

export function not(of: Formula): Formula {
  if (of === TRUE) return FALSE
  return of === FALSE ? TRUE : `(not ${of})`
}

export function and(...all: readonly Formula[]): Formula {
  const rest = [...new Set(all)].filter((one) => one !== TRUE)
  if (rest.includes(FALSE)) return FALSE
  return rest.length === 0 ? TRUE : rest.length === 1 ? (rest[0] as Formula) : `(and ${rest.join(' ')})`
}

export function or(...all: readonly Formula[]): Formula {
  const rest = [...new Set(all)].filter((one) => one !== FALSE)
  if (rest.includes(TRUE)) return TRUE
  return rest.length === 0 ? FALSE : rest.length === 1 ? (rest[0] as Formula) : `(or ${rest.join(' ')})`
}

export function implies(a: Formula, b: Formula): Formula {
  return or(not(a), b)
}

export function ite(test: Formula, then: Formula, otherwise: Formula): Formula {
  if (test === TRUE || then === otherwise) return then
  return test === FALSE ? otherwise : `(ite ${test} ${then} ${otherwise})`
}

export function same(a: Formula, b: Formula): Formula {
  return a === b ? TRUE : `(= ${a} ${b})`
}

export function whole(value: number | bigint): Formula {
  return value < 0 ? `(- ${-value})` : `${value}`
}

/** All that is not plain in it by its number. */
export function text(value: string): Formula {
  const written = Array.from(value, (letter) =>
    /[ !#-[\]-~]/.test(letter) ? letter : `\\u{${(letter.codePointAt(0) as number).toString(16)}}`,
  )
  return `"${written.join('')}"`
}

/** The bits of a double. */
export function double(value: number): Formula {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  const all = bits.getBigUint64(0).toString(2).padStart(64, '0')
  return `(fp #b${all.slice(0, 1)} #b${all.slice(1, 12)} #b${all.slice(12)})`
}

/** A name, whatever stands in it. */
export function symbol(name: string): Formula {
  return `|${name.replace(/[|\\]/g, '_')}|`
}
