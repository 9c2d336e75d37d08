const { FORCE_COLOR, NO_COLOR } = process.env
const color = FORCE_COLOR ? FORCE_COLOR !== '0' : !NO_COLOR && process.stdout.isTTY === true

const sgr = (on, off) => (text) => (color ? `\u001b[${on}m${text}\u001b[${off}m` : String(text))

export const bold = sgr(1, 22)
export const dim = sgr(2, 22)
export const red = sgr(31, 39)
export const green = sgr(32, 39)
export const yellow = sgr(33, 39)
export const cyan = sgr(36, 39)
