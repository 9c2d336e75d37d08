/** Exports each text under its name. @param {Readonly<Record<string, string>>} texts */
export function constants(texts) {
  return Object.entries(texts)
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`)
    .join('')
}
