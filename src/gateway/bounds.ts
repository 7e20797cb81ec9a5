// What one connection may hold of this process, in bytes. The protocol tells them (docs/protocol.md, "Bounds").

/** The longest input of a command, as JSON: the longest text is 10,000 characters. More is refused without being read. */
export const INPUT_BYTES = 64 * 1024;

/** The longest thing that is heard out at all. More than anybody pastes; beyond it is an attack, and closes its connection. */
export const FRAME_BYTES = 1024 * 1024;

/** What waits for a client that reads slowly: above it no further call of theirs is begun. */
export const SLOW_BYTES = 512 * 1024;

/** Above it the connection is cut: what others tell it does not wait for it to read. */
export const MOST_WAITING_BYTES = 2 * 1024 * 1024;

/** Of all connections together: above it what reads is refused until somebody has taken what they asked for. */
export const BUDGET_BYTES = 128 * 1024 * 1024;
