// The panel: a head, the view that is looked at, and what is said to people who do not see. Views that few need come when asked for.

import type { ComponentChildren, ComponentType } from 'preact';
import { Component } from 'preact';
import { Banner, Button } from '../kit/basics.tsx';
import { NotLoaded, isTorn, later } from './later.tsx';
import type * as More from './more/more.ts';
import { useTexts, useWidget } from './widget.ts';
import type { View } from './widget.ts';

const Ask = later(async () => (await import('./ask.tsx')).Ask, { words: ['first'], isView: true });

const rare = <Props,>(pick: (more: typeof More) => ComponentType<Props>) =>
  later(async () => pick(await import('./more/more.ts')), { words: ['rest'], live: true });

const VIEWS = {
  talk: later(async () => (await import('./live.ts')).Talk, { words: ['talk'], live: true }),
  box: rare(({ Box }) => Box),
  pay: rare(({ Pay }) => Pay),
  refund: rare(({ RefundForm }) => RefundForm),
  letter: later(async () => (await import('./page/letter.tsx')).Letter, { words: ['rest', 'talk'], live: true }),
  history: rare(({ History }) => History),
  settings: rare(({ Settings }) => Settings),
} satisfies { [N in Exclude<View['name'], 'ask'>]: ComponentType<{ readonly view: Extract<View, { name: N }> }> };

/** In page mode: who is signed in, and on a wide screen what belongs to the conversation. */
const Beside = later(async () => (await import('./page/beside.tsx')).Beside, {
  words: ['rest', 'talk'],
  live: true,
  isView: false,
});
const Elsewhere = later(async () => (await import('./elsewhere.tsx')).Elsewhere, { words: [] });

export function App() {
  const widget = useWidget();
  const { common } = useTexts();
  const view = widget.view.value;
  return (
    <div class="panel" part="panel">
      {widget.parley.value?.elsewhere.value && <Elsewhere />}
      {isTorn.value && (
        <Banner>
          {common.newer}
          <Button onPress={widget.renew}>{common.renew}</Button>
        </Banner>
      )}
      <Guarded key={widget.visitors.value + JSON.stringify(view)}>
        {view.name === 'ask' ? <Ask /> : <Shown key={view.name} view={view} />}
      </Guarded>
      <div class="hidden" role="status">
        {widget.announcer.polite.value}
      </div>
      <div class="hidden" role="alert">
        {widget.announcer.assertive.value}
      </div>
      {widget.mode === 'page' && <Beside />}
    </div>
  );
}

function Shown({ view }: { readonly view: Exclude<View, { name: 'ask' }> }) {
  const Component = VIEWS[view.name] as ComponentType<{ readonly view: View }>; // a view gets what has its name
  return <Component view={view} />;
}

/** A fault in one view takes nothing else with it. */
class Guarded extends Component<{ readonly children: ComponentChildren }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  override componentDidCatch(): void {
    this.setState({ hasFailed: true });
  }

  override render() {
    if (this.state.hasFailed) return <NotLoaded isView onAgain={() => this.setState({ hasFailed: false })} />;
    return this.props.children;
  }
}
