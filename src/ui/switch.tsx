// A switch: on or off at once.

import './small-controls.css';

export interface SwitchProps {
  readonly label: string;
  /** The label stands beside the switch already. */
  readonly labelHidden?: boolean;
  readonly describedBy?: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onSwitch: (on: boolean) => void;
}

export function Switch({ label, labelHidden = false, describedBy, on, disabled, onSwitch }: SwitchProps) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-describedby={describedBy}
        aria-checked={on}
        checked={on}
        disabled={disabled}
        onChange={({ target }) => onSwitch(target.checked)}
      />
      <span className={labelHidden ? 'visually-hidden' : ''}>{label}</span>
    </label>
  );
}
