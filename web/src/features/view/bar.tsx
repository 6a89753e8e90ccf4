import { useQuery } from '@tanstack/react-query';
import { Bookmark, BookmarkMinus, BookmarkPlus, ChevronDown, CopyPlus, Flag, FlagOff, Pencil, RotateCcw, Save, Trash2 } from 'lucide-react';
import { patch, post, remove } from '@/api/client';
import { useWord } from '@/app/words';
import { toText } from '@/features/filter/tree';
import { Button, Tabs } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { type Item, openMenu } from '@/kit/menu';
import { tell, tellError } from '@/kit/toast';
import { differs, type ListKind, type Now, openView, useViewsChanged, type View, viewsQuery } from './data';
import { askView } from './form';

const OF = 'view:';

/** A list's tabs, the views that are its viewer's favourites, the one that is open, and what may be done with it. */
export function ViewBar({
  record,
  tabs,
  tab,
  onTab,
  open,
  onOpen,
  now,
  laid,
  arranged,
}: {
  record: ListKind;
  tabs: { value: string; label: string }[];
  tab: string;
  onTab: (tab: string) => void;
  open: View | undefined;
  onOpen: (to: ReturnType<typeof openView> | { v?: undefined }) => void;
  now: Now;
  /** The columns were changed since the view was opened. */
  laid: boolean;
  /** Without a view: this browser keeps columns of its own. */
  arranged: boolean;
}) {
  const t = useWord();
  const changed = useViewsChanged();
  const { data } = useQuery(viewsQuery);
  const views = (data ?? []).filter((v) => v.record === record);
  const shown = views.filter((v) => v.favourite || v.id === open?.id);
  const touched = !!open && differs(open, now, laid);
  const body = () => ({
    tab: now.tab ?? '',
    filter: toText(now.f) ?? '',
    sort: now.sort ?? '',
    columns: now.columns,
  });
  const safely = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (e) {
      tellError(e);
    }
  };
  const saveAs = () =>
    safely(async () => {
      const said = await askView(t('view.verb.save_as'), { name: '', shared: 'mine', role_ids: [] });
      if (!said) return;
      const v = await post<View>('/views', { record, ...body(), ...said });
      const kept = await post<View>(`/views/${v.id}/mark`, { favourite: true });
      await changed();
      onOpen(openView(kept));
      tell(t('view.state.saved'));
    });
  const update = (v: View) =>
    safely(async () => {
      const kept = await patch<View>(`/views/${v.id}`, body(), v.version);
      await changed();
      onOpen(openView(kept));
      tell(t('view.state.saved'));
    });
  const rename = (v: View) =>
    safely(async () => {
      const said = await askView(t('view.verb.rename'), { name: v.name, shared: v.shared, role_ids: v.role_ids });
      if (!said) return;
      await patch(`/views/${v.id}`, said, v.version);
      await changed();
      tell(t('view.state.saved'));
    });
  const mark = (v: View, how: { favourite?: boolean; begins?: boolean }) =>
    safely(async () => {
      await post(`/views/${v.id}/mark`, how);
      await changed();
      if (how.favourite) tell(t('view.state.favourite'));
      if (how.begins) tell(t('view.state.begins'));
    });
  const drop = (v: View) =>
    safely(async () => {
      if (!(await confirm(t('view.ask.delete', { name: v.name }), t('view.ask.delete_text'), t('app.verb.delete')))) return;
      await remove(`/views/${v.id}`, v.version);
      await changed();
      onOpen({ v: undefined });
      tell(t('view.state.deleted'));
    });
  const menu = (anchor: HTMLElement) => {
    const items: Item[] = [];
    const icon = { size: 15 };
    if (open) {
      if (touched && open.may_change)
        items.push({ key: 'update', label: t('view.verb.update'), icon: <Save {...icon} />, run: () => void update(open) });
      if (touched)
        items.push({ key: 'reset', label: t('view.verb.reset'), icon: <RotateCcw {...icon} />, run: () => onOpen(openView(open)) });
      items.push({
        key: 'favourite',
        label: t(open.favourite ? 'view.verb.unfavourite' : 'view.verb.favourite'),
        icon: open.favourite ? <BookmarkMinus {...icon} /> : <BookmarkPlus {...icon} />,
        run: () => void mark(open, { favourite: !open.favourite }),
      });
      items.push({
        key: 'begins',
        label: t(open.begins ? 'view.verb.unbegin' : 'view.verb.begin'),
        icon: open.begins ? <FlagOff {...icon} /> : <Flag {...icon} />,
        run: () => void mark(open, { begins: !open.begins }),
      });
      if (open.may_change) {
        items.push({ key: 'rename', label: t('view.verb.rename'), icon: <Pencil {...icon} />, run: () => void rename(open) });
        items.push({ key: 'delete', label: t('view.verb.delete'), icon: <Trash2 {...icon} />, danger: true, run: () => void drop(open) });
      }
      items.push({ line: 'as' });
    }
    items.push({ key: 'as', label: t('view.verb.save_as'), icon: <CopyPlus {...icon} />, run: () => void saveAs() });
    const rest = views.filter((v) => v.id !== open?.id);
    if (rest.length) items.push({ line: 'views' });
    for (const v of rest)
      items.push({
        key: v.id,
        label: v.name,
        icon: <Bookmark {...icon} />,
        hint: v.may_change ? undefined : t('view.label.of', { name: v.owner_name ?? '' }),
        run: () => onOpen(openView(v)),
      });
    openMenu({ anchor, align: 'end', items });
  };
  const worth = !open && (!!toText(now.f) || !!now.sort || arranged);
  return (
    <div className="list-tabs">
      <Tabs
        label={t('customer.label.views')}
        value={open ? OF + open.id : tab}
        options={[...tabs, ...shown.map((v) => ({ value: OF + v.id, label: v.name }))]}
        onChange={(value) => {
          const v = views.find((x) => OF + x.id === value);
          if (v) onOpen(openView(v));
          else onTab(value);
        }}
      />
      {worth && (
        <Button size="sm" look="ghost" icon={<BookmarkPlus size={14} />} onClick={() => void saveAs()}>
          {t('view.verb.save')}
        </Button>
      )}
      {(views.length > 0 || open) && (
        <Button
          size="sm"
          look="ghost"
          aria-haspopup="menu"
          aria-label={open ? t('view.label.menu', { name: open.name }) : t('view.title.views')}
          onClick={(e: React.MouseEvent<HTMLElement>) => menu(e.currentTarget)}
        >
          {touched ? t('view.label.changed') : t('view.title.views')}
          <ChevronDown size={14} />
        </Button>
      )}
    </div>
  );
}
