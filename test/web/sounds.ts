// Sounds that a page makes, counted.

declare global {
  interface Window {
    /** notes that were played */
    notes: number;
    hasTouched: boolean;
  }
}

/** Counts notes instead of playing them: machines of tests have no loudspeaker. */
export const COUNTED = () => {
  window.notes = 0;
  // for a browser that is driven by a program everything is a touch
  Object.defineProperty(navigator, 'userActivation', { get: () => ({ hasBeenActive: window.hasTouched }) });
  addEventListener('pointerdown', () => (window.hasTouched = true), true);
  const node = {
    connect: () => undefined,
    gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} },
  };
  class Counted {
    currentTime = 0;
    destination = {};
    resume = () => Promise.resolve();
    createGain = () => node;
    createOscillator = () => ({ ...node, frequency: {}, start: () => (window.notes += 1), stop: () => undefined });
  }
  Object.assign(window, { AudioContext: Counted });
};
