import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { Command } from 'cmdk';
import { afterEach, expect, test, vi } from 'vitest';
import { useQuietWhileComposing } from './composing';

afterEach(cleanup);
Element.prototype.scrollIntoView ??= () => {};

function Small({ chosen, closed }: { chosen: () => void; closed: () => void }) {
  useQuietWhileComposing();
  return (
    <Command.Dialog open onOpenChange={(open) => !open && closed()} label="find" shouldFilter={false} value="one">
      <Command.Input />
      <Command.List>
        <Command.Item value="one" onSelect={chosen}>
          one
        </Command.Item>
      </Command.List>
    </Command.Dialog>
  );
}

test.each([{ isComposing: true }, { keyCode: 229 }])('what an input method composes neither chooses nor closes: %j', (how) => {
  const chosen = vi.fn();
  const closed = vi.fn();
  render(<Small chosen={chosen} closed={closed} />);
  const box = screen.getByRole('combobox');
  fireEvent.keyDown(box, { key: 'Enter', ...how });
  fireEvent.keyDown(box, { key: 'Escape', ...how });
  expect(chosen).not.toHaveBeenCalled();
  expect(closed).not.toHaveBeenCalled();
  fireEvent.keyDown(box, { key: 'Enter' });
  expect(chosen).toHaveBeenCalledOnce();
  fireEvent.keyDown(box, { key: 'Escape' });
  expect(closed).toHaveBeenCalledOnce();
});
