// Who is nobody sees the door, and behind it what the address leads to.

import type { ComponentChildren } from 'preact';
import { Component } from 'preact';
import { Banner, Button } from '../kit/basics.tsx';
import { useConsole, useTexts } from './console.ts';
import { CareFrame, Frame } from './frame.tsx';
import { SignIn, WrongRole } from './sign-in.tsx';

export function App() {
  const { parley, announcer, router } = useConsole();
  const place = router.place.value;
  const user = parley.user.value;
  const hasEnded = parley.status.value === 'ended';
  return (
    <Guarded>
      {user === null || hasEnded ? (
        <SignIn hasEnded={hasEnded} />
      ) : user.role === 'expert' ? (
        <Frame key={user.id} />
      ) : user.role === 'admin' && place.view === 'request' ? (
        <CareFrame key={user.id} requestId={place.requestId} />
      ) : (
        <WrongRole />
      )}
      <div class="hidden" role="status">
        {announcer.polite.value}
      </div>
      <div class="hidden" role="alert">
        {announcer.assertive.value}
      </div>
    </Guarded>
  );
}

/** A fault in a view does not take the page with it. */
class Guarded extends Component<{ readonly children: ComponentChildren }, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  override componentDidCatch(): void {
    this.setState({ hasFailed: true });
  }

  override render() {
    return this.state.hasFailed ? <Failed onAgain={() => this.setState({ hasFailed: false })} /> : this.props.children;
  }
}

function Failed({ onAgain }: { readonly onAgain: () => void }) {
  const { common } = useTexts();
  return (
    <main class="door">
      <Banner tone="bad" icon="alert">
        <p>{common.notLoaded}</p>
        <Button onPress={onAgain}>{common.tryAgain}</Button>
      </Banner>
    </main>
  );
}
