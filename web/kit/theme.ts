// Light or dark, and the host's own accent with a text on it that can be read.

/**
 * Black or white, whichever has more contrast (4.58 at least); null for what is no colour.
 * `colour`: as getComputedStyle gives it, in whole numbers or as color(srgb …).
 */
export function onColour(colour: string): '#000' | '#fff' | null {
  const scale = colour.startsWith('rgb') ? 255 : 1;
  const channels = colour.match(/-?[\d.]+(?:e-?\d+)?/g);
  if (channels === null || channels.length < 3) return null;
  const [r = 0, g = 0, b = 0] = channels.map((channel) => {
    const part = Number(channel) / scale;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}
