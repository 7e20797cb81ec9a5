// A gentle sound for a line that comes in: two soft notes, in one tab of the browser, and only once somebody has touched the page.

const NOTES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
] as const;
const LASTS = 0.5; // seconds, fading
const LOUD = 0.06; // of the most there is
const QUIET_MS = 2_000; // then there may be another one, in whichever tab

let context: AudioContext | null = null;
let playedAt = -Infinity;

/** `name`: of what the tabs of one widget have in common. Refusals of the browser are silent. */
export async function sound(name: string): Promise<void> {
  // a page that nobody has touched may not, and leaves it to another tab
  if (!navigator.userActivation.hasBeenActive) return;
  if ('locks' in navigator) {
    await navigator.locks.request(`${name}sound`, { ifAvailable: true }, async (lock) => {
      if (lock === null) return; // another tab, or a moment ago
      await play();
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    });
  } else if (document.hasFocus() && performance.now() - playedAt > QUIET_MS) {
    playedAt = performance.now(); // of a page that came by http: the one that is looked at
    await play();
  }
}

async function play(): Promise<void> {
  try {
    context ??= new AudioContext();
    await context.resume();
    const now = context.currentTime;
    for (const { hertz, at } of NOTES) note(context, hertz, now + at);
  } catch {
    // no sound device, or not allowed
  }
}

function note(on: AudioContext, hertz: number, at: number): void {
  const gain = on.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + LASTS);
  gain.connect(on.destination);
  const tone = on.createOscillator();
  tone.type = 'sine';
  tone.frequency.value = hertz;
  tone.connect(gain);
  tone.start(at);
  tone.stop(at + LASTS);
}
