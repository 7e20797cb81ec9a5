// W14, 4.1: what a letter leads to. It says what it is about; only the press of a star, a reply or the conversation signs in.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { overHttp } from '../../client/calls.ts';
import type { Answer } from '../../client/calls.ts';
import { ParleyError } from '../../client/errors.ts';
import { Banner, Button, Pill, Skeleton } from '../../kit/basics.tsx';
import { TextArea } from '../../kit/fields.tsx';
import { CHAT, LOCK } from '../../kit/more-icons.ts';
import { Head } from '../head.tsx';
import { Problem } from '../problem.tsx';
import { useTask } from '../task.ts';
import { useParley, useTexts, useWidget } from '../widget.ts';
import type { View } from '../widget.ts';
import css from './letter.css?inline';
import { Entrance } from './entrance.ts';
import { LetterLink, draftOf, keepDraft, ratingDraft, takeDraft, talkDraft } from './link.ts';
import { SignedOut } from './signed-out.tsx';

const LOW = 2; // stars, and less: customer care wants to know why
const MOST = { comment: 2_000, reply: 8_000 }; // characters

type Looked = Answer<'session.look'>;

export function Letter({ view: { questionId } }: { readonly view: Extract<View, { name: 'letter' }> }) {
  const widget = useWidget();
  const parley = useParley();
  const { common } = useTexts();
  useMemo(() => widget.styles(css), []);
  const link = useMemo(() => new LetterLink(), []);
  const entrance = useMemo(() => {
    const reads = overHttp({ url: widget.server, locale: widget.locale.peek() }); // a session that has ended opens nothing
    return new Entrance(parley, reads, link, questionId);
  }, [parley]);
  const looked = useSignal<Looked | null>(null);
  const refusal = useSignal<ParleyError | null>(null);
  const isOut = useSignal<'' | 'out' | 'other'>('');
  const task = useTask();

  const load = async () => {
    const found = await entrance.find();
    isOut.value = '';
    if (found === 'in') {
      // what was written here and not sent is found where one writes there
      for (const name of [talkDraft(questionId), ratingDraft(questionId)]) {
        const draft = takeDraft(name);
        if (draft !== null) widget.drafts.set(name, draft);
      }
      if (entrance.subject !== '') widget.title(entrance.subject);
      widget.go({ name: 'talk', questionId });
    } else if (found === 'out' || found === 'other') isOut.value = found;
    else looked.value = found;
  };
  const begin = () =>
    task.run(async () => {
      refusal.value = null;
      await load().catch((error: unknown) => {
        if (!(error instanceof ParleyError) || error.code !== 'auth.link') throw error;
        link.forget();
        refusal.value = error;
        isOut.value = 'out';
      });
    });
  useEffect(begin, [entrance]);

  if (isOut.value !== '') return <SignedOut state={isOut.value} refusal={refusal.value} onSignedIn={begin} />;
  if (looked.value === null) {
    return (
      <>
        <Head title={common.loading} />
        {task.error === null ? (
          <Skeleton label={common.loading} />
        ) : (
          <div class="body">
            <Problem error={task.error} onAgain={begin} />
          </div>
        )}
      </>
    );
  }
  return <About looked={looked.value} entrance={entrance} onOut={begin} />;
}

interface AboutProps {
  readonly looked: Looked;
  readonly entrance: Entrance;
  /** the link opens nothing any more */
  readonly onOut: () => void;
}

function About({ looked, entrance, onOut }: AboutProps) {
  const widget = useWidget();
  const { more } = useTexts();
  const { questionId, subject, state, ratingEnabled, stars } = looked;
  const task = useTask();
  useEffect(() => widget.title(subject), [subject]);
  const go = (work: () => Promise<unknown>) =>
    task.run(async () => {
      try {
        await work();
        widget.go({ name: 'talk', questionId });
      } catch (error) {
        if (error instanceof ParleyError && error.code === 'auth.link') onOut();
        else throw error;
      }
    });
  return (
    <>
      <header class="head letter-head">
        <div class="head-title">
          <Pill tone="accent">{more.letterQuestion}</Pill>
          <h1 class="said" dir="auto">
            {subject}
          </h1>
        </div>
      </header>
      <div class="body letter">
        {state === 'closed' && (
          <Banner tone="plain" icon={LOCK}>
            <p role="status">{more.letterClosed}</p>
          </Banner>
        )}
        {stars !== null && <p role="status">{more.letterRated(stars)}</p>}
        {task.error !== null && <Problem error={task.error} />}
        {ratingEnabled ? (
          <Rate looked={looked} isBusy={task.isBusy} onRate={(rate) => go(() => entrance.rate(rate))} />
        ) : (
          state === 'open' && <p role="status">{more.letterNotAnswered}</p>
        )}
        {state === 'open' && (
          <Reply questionId={questionId} isBusy={task.isBusy} onReply={(body) => go(() => entrance.reply(body))} />
        )}
        <div>
          <Button icon={CHAT} onPress={() => go(() => entrance.enter())}>
            {more.letterShow}
          </Button>
        </div>
      </div>
    </>
  );
}

interface RateProps {
  readonly looked: Looked;
  readonly isBusy: boolean;
  readonly onRate: (rate: { readonly stars: number; readonly comment?: string }) => void;
}

function Rate({ looked, isBusy, onRate }: RateProps) {
  const { more } = useTexts();
  const given = looked.stars ?? 0;
  const low = useSignal(0);
  const draft = ratingDraft(looked.questionId);
  const comment = useSignal(draftOf(draft));
  const isLowered = useSignal(false);
  const press = (stars: number) => {
    isLowered.value = stars < given;
    low.value = stars <= LOW && stars >= given ? stars : 0;
    if (stars > LOW && stars >= given) onRate({ stars });
  };
  const shown = low.value || given;
  const said = comment.value.trim();
  return (
    <section class="letter-rating" aria-labelledby="letter-asks">
      <h2 id="letter-asks">{more.letterAsks(looked.expert)}</h2>
      <p class="letter-stars" role="group" aria-labelledby="letter-asks">
        {[1, 2, 3, 4, 5].map((stars) => (
          <Button
            key={stars}
            look="icon"
            icon="star"
            label={more.letterStars(stars)}
            pressed={stars <= shown}
            busy={isBusy && stars === shown}
            onPress={() => {
              if (!isBusy) press(stars);
            }}
          />
        ))}
      </p>
      <p class="hint">{given === 0 ? more.letterRules : more.letterRaised}</p>
      {isLowered.value && <p role="status">{more.letterNeverLowered}</p>}
      {low.value > 0 && (
        <>
          <TextArea
            label={more.letterMissing}
            hint={more.letterMissingHint}
            rows={3}
            max={MOST.comment}
            value={comment.value}
            onValue={(text) => {
              comment.value = text;
              keepDraft(draft, text);
            }}
          />
          <div>
            <Button
              look="primary"
              busy={isBusy}
              onPress={() => onRate({ stars: low.value, ...(said !== '' && { comment: said }) })}
            >
              {more.letterRate(low.value)}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

interface ReplyProps {
  readonly questionId: string;
  readonly isBusy: boolean;
  readonly onReply: (body: string) => void;
}

function Reply({ questionId, isBusy, onReply }: ReplyProps) {
  const { more } = useTexts();
  const draft = talkDraft(questionId);
  const body = useSignal(draftOf(draft));
  return (
    <form
      class="letter-reply"
      onSubmit={(event) => {
        event.preventDefault();
        if (body.peek().trim() !== '' && !isBusy) onReply(body.peek().trim());
      }}
    >
      <TextArea
        label={more.letterReply}
        rows={4}
        max={MOST.reply}
        value={body.value}
        onValue={(text) => {
          body.value = text;
          keepDraft(draft, text);
        }}
      />
      <div>
        <Button type="submit" look="primary" icon="send" busy={isBusy}>
          {more.letterSend}
        </Button>
      </div>
    </form>
  );
}
