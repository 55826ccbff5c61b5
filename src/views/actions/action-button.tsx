// A button for an action of the table: its label, key, and whether it can be pressed come from there.

import type { ActionId } from '../../lab/actions/action-kinds.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { useSpeech } from '../common/lab-context.ts';
import { useAction } from './actions-context.ts';
import { keyWords, shortcuts } from './key-words.ts';

export interface ActionButtonProps {
  readonly id: ActionId;
  readonly icon?: IconName;
  /** `hidden`: the icon alone is seen; `wide`: the label is seen where there is room. */
  readonly words?: 'shown' | 'wide' | 'hidden';
  readonly className?: string;
}

export function ActionButton({ id, icon, words = 'shown', className = '' }: ActionButtonProps) {
  const speech = useSpeech();
  const { action, state, act } = useAction(id);
  const label = speech.say(action.label(state));
  const hindrance = action.hindrance(state);
  const [key] = action.keys;
  const title = key === undefined ? label : speech.say('action.key', { label, key: keyWords(speech, key) });
  return (
    <button
      type="button"
      className={`action ${words} ${className}`}
      data-action={id}
      disabled={hindrance !== null}
      aria-keyshortcuts={shortcuts(action.keys)}
      title={hindrance === null ? title : speech.join(title, speech.say(hindrance))}
      {...(action.pressed !== undefined && { 'aria-pressed': action.pressed(state) })}
      onClick={act}
    >
      {icon !== undefined && <Icon name={icon} />}
      <span className="label">{label}</span>
    </button>
  );
}
