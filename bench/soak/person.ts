// Somebody at a page of their own, who does all they do by pressing what is there. Whatever goes wrong on the page is told.

import type { Locator, Page } from 'playwright-core';
import type { Dice } from './dice.ts';

const PRESS_MS = 15_000;
/**
 * What the page says by itself: somebody was quicker, or time was (what was theirs a moment ago is looked at or marked in vain), or a card
 * failed that was to.
 */
const EXPECTED =
  /^\S+ conflict\.|^(?:request|offer)\.accept payment\.failed$|^(?:message\.(?:list|read|check)|question\.watch|typing|offer\.form) (?:not_found|auth\.forbidden)$|^request\.get not_found$/;

export class Person {
  readonly name: string;
  readonly page: Page;
  readonly dice: Dice;
  /** what they are at, for whoever asks why they do not come to an end */
  doing = '';
  /** refusals of the server, by command and code */
  readonly refusals: string[] = [];
  /** what they have done that no record tells of */
  readonly done: string[] = [];
  /** ms that each press took, from finding what is pressed until it was */
  readonly presses: number[] = [];
  readonly #wrong: (what: string) => void;
  #isLeaving = false;

  constructor(name: string, page: Page, dice: Dice, wrong: (what: string) => void) {
    this.name = name;
    this.page = page;
    this.dice = dice;
    this.#wrong = (what) => {
      if (!this.#isLeaving) wrong(`${name}: ${what}`);
    };
    this.#listen();
  }

  /** Answers whether it was there, and was pressed. What is there and cannot be pressed is wrong. */
  async press(button: Locator): Promise<boolean> {
    const one = button.first();
    this.doing = `press ${String(button)}`;
    if (!(await one.isVisible())) return false;
    const began = performance.now();
    try {
      await one.click({ timeout: PRESS_MS });
      this.presses.push(performance.now() - began);
      return true;
    } catch (error) {
      const isThere = (await one.isVisible()) && (await one.isEnabled());
      if (isThere) this.wrong(`could not press ${String(button)}: ${String(error).replace(/\s+/g, ' ').slice(0, 600)}`);
      return false;
    }
  }

  async isThere(what: Locator): Promise<boolean> {
    return what.first().isVisible();
  }

  /** Answers whether it came. */
  async sees(what: Locator, ms = PRESS_MS): Promise<boolean> {
    this.doing = `see ${String(what)}`;
    return what
      .first()
      .waitFor({ timeout: ms })
      .then(
        () => true,
        () => false,
      );
  }

  /** Answers whether it went. */
  async goes(what: Locator): Promise<boolean> {
    this.doing = `see ${String(what)} go`;
    return what
      .first()
      .waitFor({ state: 'hidden', timeout: PRESS_MS })
      .then(
        () => true,
        () => false,
      );
  }

  async fill(field: Locator, text: string): Promise<boolean> {
    this.doing = `fill ${String(field)}`;
    if (!(await field.first().isVisible())) return false;
    return field
      .first()
      .fill(text, { timeout: PRESS_MS })
      .then(
        () => true,
        () => false, // it has gone
      );
  }

  wrong(what: string): void {
    this.#wrong(what);
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.page.context().close();
  }

  #listen(): void {
    const { page } = this;
    page.on('pageerror', (error) => this.wrong(`broken: ${error.stack ?? error.message}`));
    page.on('console', (line) => {
      if (line.type() === 'error') this.wrong(`console: ${line.text()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED') this.wrong(`${why}: ${request.url()}`); // a view that is left may leave its request
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.wrong(`${response.status()}: ${response.url()}`);
    });
    page.on('websocket', (line) => {
      const asked = new Map<string, string>();
      line.on('framesent', ({ payload }) => {
        const [, id = '', command = ''] = /^42(\d+)\["([\w.-]+)"/.exec(String(payload)) ?? [];
        if (command !== '') asked.set(id, command);
      });
      line.on('framereceived', ({ payload }) => {
        const [, id = '', said = ''] = /^43(\d+)(.*)$/s.exec(String(payload)) ?? [];
        const command = asked.get(id) ?? '?';
        asked.delete(id);
        const [, code] = /^\[\{"ok":false,"error":\{"code":"([\w.]+)"/.exec(said) ?? [];
        if (code === undefined) return;
        const refusal = `${command} ${code}`;
        this.refusals.push(refusal);
        if (!EXPECTED.test(refusal)) this.wrong(`${command} was refused: ${said.slice(0, 300)}`);
      });
      line.on('close', () => this.wrong('its line was lost'));
    });
  }
}
