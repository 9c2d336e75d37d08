/** Returns whether a label has some letters in their order, as editors match them. */
export function hasInOrder(label: string, letters: string): boolean {
  let from = 0
  for (const letter of letters) {
    const at = label.indexOf(letter, from)
    if (at === -1) return false
    from = at + 1
  }
  return true
}
