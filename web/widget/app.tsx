// The panel: a head, the view that is looked at, and what is said to people who do not see. Views that few need come when asked for.

import type { ComponentChildren, ComponentType } from 'preact';
import { Component } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Skeleton } from '../kit/basics.tsx';
import { Ask } from './ask.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { useTexts, useWidget } from './widget.ts';
import type { View } from './widget.ts';

/** Each with the client there already; `view` is its own. */
const VIEWS: Record<Exclude<View['name'], 'ask'>, () => Promise<ComponentType<{ readonly view: never }>>> = {
  talk: async () => (await import('./talk.tsx')).Talk,
  box: async () => (await import('./more/box.tsx')).Box,
  pay: async () => (await import('./more/pay.tsx')).Pay,
  refund: async () => (await import('./more/refund.tsx')).RefundForm,
  letter: async () => (await import('./more/letter.tsx')).Letter,
  history: async () => (await import('./more/history.tsx')).History,
  settings: async () => (await import('./more/settings.tsx')).Settings,
};

export function App() {
  const widget = useWidget();
  const view = widget.view.value;
  return (
    <div class="panel" part="panel">
      <Elsewhere />
      <Guarded key={JSON.stringify(view)}>
        {view.name === 'ask' ? <Ask /> : <Later key={view.name} view={view} />}
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

/** In page mode: who is signed in, and on a wide screen what belongs to the conversation. */
function Beside() {
  const [Loaded, setLoaded] = useState<ComponentType | null>(null);
  useEffect(() => {
    import('./more/beside.tsx').then(
      ({ Beside: loaded }) => setLoaded(() => loaded),
      () => undefined, // the conversation is there all the same
    );
  }, []);
  return Loaded && <Loaded />;
}

/** Loads the view and the client; says so when that does not succeed. */
function Later({ view }: { readonly view: Exclude<View, { name: 'ask' }> }) {
  const widget = useWidget();
  const { common } = useTexts();
  const [Loaded, setLoaded] = useState<ComponentType<{ readonly view: View }> | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    Promise.all([VIEWS[view.name](), widget.live()])
      // a view gets what has its name
      .then(([component]) => setLoaded(() => component as ComponentType<{ readonly view: View }>))
      .catch(() => setFailed(true));
  };
  useEffect(load, [view.name]);
  if (hasFailed) return <NotLoaded onAgain={load} />;
  if (Loaded === null) return <Skeleton label={common.loading} />;
  return <Loaded view={view} />;
}

function NotLoaded({ onAgain }: { readonly onAgain: () => void }) {
  const { common } = useTexts();
  return (
    <Banner tone="bad" icon="alert">
      <p>{common.notLoaded}</p>
      <Button onPress={onAgain}>{common.tryAgain}</Button>
    </Banner>
  );
}

/** A fault in one view takes nothing else with it. */
class Guarded extends Component<{ readonly children: ComponentChildren }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  override componentDidCatch(): void {
    this.setState({ hasFailed: true });
  }

  override render() {
    if (this.state.hasFailed) return <NotLoaded onAgain={() => this.setState({ hasFailed: false })} />;
    return this.props.children;
  }
}
