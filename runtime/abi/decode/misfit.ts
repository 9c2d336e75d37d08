/** Thrown by conversions where a value does not have its declared type; nobody sees it but those who call them. */
export class Misfit extends Error {}

/** What a text or number means; a misfit where that is nothing. */
export function meaning<T>(value: T | undefined): T {
  if (value === undefined) throw new Misfit()
  return value
}
