// Keys that an input method takes: the Enter that ends a composition sends nothing and chooses nothing.

const TAKEN = 229; // what browsers answer for such a key

export function isComposed(event: KeyboardEvent): boolean {
  // Safari says that nothing is being composed, and tells it by this number alone
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.isComposing || event.keyCode === TAKEN;
}
