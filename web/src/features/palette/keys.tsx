import { useMay } from '@/api/shared';
import { daily, GO, selling } from '@/app/shell';
import { closeIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Sheet } from '@/kit/sheet';

/** Every key that works, and what for; what one may not do has no key either. */
export default function KeysSheet() {
  const t = useWord();
  const may = useMay();
  const pages = [...daily, ...selling].filter((p) => !p.may || may(p.may));
  const go = Object.entries(GO).flatMap(([k, to]) => {
    const page = pages.find((p) => p.to === to);
    return page ? [{ keys: ['G', k.toUpperCase()], does: t(page.name) }] : [];
  });
  const parts: { title: string; rows: { keys: string[]; does: string }[] }[] = [
    {
      title: t('app.keys.anywhere'),
      rows: [
        { keys: ['Ctrl', 'K'], does: t('app.label.palette') },
        { keys: ['/'], does: t('app.label.palette') },
        ...(may('customer.create') ? [{ keys: ['C'], does: t('customer.verb.create') }] : []),
        ...(may('followup.write') ? [{ keys: ['F'], does: t('followup.verb.write') }] : []),
        { keys: ['?'], does: t('app.keys.title') },
      ],
    },
    { title: t('app.keys.go'), rows: go },
    ...(may('customer.read')
      ? [
          {
            title: t('app.keys.list'),
            rows: [
              { keys: ['J'], does: t('app.keys.next') },
              { keys: ['K'], does: t('app.keys.previous') },
              { keys: ['X'], does: t('app.keys.select') },
              { keys: ['Enter'], does: t('app.keys.open') },
              { keys: ['Esc'], does: t('app.keys.unselect') },
            ],
          },
        ]
      : []),
    {
      title: t('app.keys.forms'),
      rows: [
        { keys: ['Ctrl', 'Enter'], does: t('app.keys.save') },
        { keys: ['Esc'], does: t('app.keys.close') },
      ],
    },
  ];
  return (
    <Sheet title={t('app.keys.title')} onClose={closeIt}>
      <p className="field-help">{t('app.keys.hint')}</p>
      {parts.map((part) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it is longer than the sheet, and nothing else in it takes the keyboard
        <section key={part.title} className="keysheet" aria-label={part.title} tabIndex={0}>
          <h3>{part.title}</h3>
          <dl>
            {part.rows.map((row) => (
              <div key={row.keys.join()}>
                <dt>{row.does}</dt>
                <dd>
                  {row.keys.map((k) => (
                    <kbd key={k}>{k}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Sheet>
  );
}
