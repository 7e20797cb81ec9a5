// Chance that can be repeated: the same seed gives the same draws, on every machine. Pure.

/** Four words of 32 bits. Seeds that differ by one bit have nothing in common after `WARM_UP` draws. */
export type Seed = readonly [number, number, number, number];

/** The next number in [0, 1). */
export type Chance = () => number;

const WARM_UP = 15;

/** The generator "small fast counting" of PractRand, with its fourth word as the counter. */
export function chance([first, second, third, fourth]: Seed): Chance {
  let [a, b, c, counter] = [first | 0, second | 0, third | 0, fourth | 0];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < WARM_UP; round += 1) next();
  return next;
}

/** A rate in [0, 1], as likely as it is after so many (weighed) successes and failures; both are above 0. */
export function drawRate(next: Chance, successes: number, failures: number): number {
  const [one, other] = [drawGamma(next, successes), drawGamma(next, failures)];
  return one + other > 0 ? one / (one + other) : 0; // both too small for a number
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function drawGamma(next: Chance, shape: number): number {
  if (shape < 1) return drawGamma(next, shape + 1) * (1 - next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(next);
    const v = (1 + c * x) ** 3;
    // 1 - next() is never 0
    if (v > 0 && Math.log(1 - next()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller. */
const drawNormal = (next: Chance) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
