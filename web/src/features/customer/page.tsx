import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, Navigate, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, Ellipsis, ListTodo, MessageCircle, NotebookPen, Phone, Star } from 'lucide-react';
import { lazy, Suspense, useEffect } from 'react';
import { Refused } from '@/api/client';
import {
  dictionariesQuery,
  fieldsQuery,
  layoutQuery,
  pipelinesQuery,
  useIndustries,
  useMay,
  useMe,
  useRegions,
  useStages,
} from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { WhyAlerted } from '@/features/alert/why';
import { ArchiveBanner } from '@/features/archive/banner';
import { filesQuery } from '@/features/attachment/data';
import { ContactList } from '@/features/contact/contacts';
import { numberOf, useReveal } from '@/features/contact/reveal';
import { Composer } from '@/features/followup/composer';
import { Timeline } from '@/features/followup/timeline';
import { History } from '@/features/history/history';
import { noteSeen } from '@/features/home/seen';
import { KeyChanges } from '@/features/keychange/card';
import { Merged } from '@/features/merge/taken';
import { CustomerOrders } from '@/features/order/section';
import { CheckChip } from '@/features/quality/chip';
import { TierBadges } from '@/features/segment/badges';
import { CustomerService, openService } from '@/features/service/section';
import { StageBar } from '@/features/stage/bar';
import { CustomerTasks } from '@/features/task/customertasks';
import { CustomerCare } from '@/features/winback/section';
import { Button, Tabs } from '@/kit/button';
import { Avatar, Chip, Grade, Skel } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { Tags } from '@/kit/value';
import { AllFields } from './allfields';
import { addable } from './allowed';
import { useCustomerChange, usePeopleMenu } from './change';
import { Collaborators } from './collaborators';
import { ReviewChip } from './columns';
import { Facts } from './facts';
import { Missing } from './missing';
import { useMoreMenu } from './moremenu';
import { usePanorama } from './panorama';
import { customerQuery } from './query';
import { Rail } from './rail';

const route = getRouteApi('/app/customers/$id');
const TABS = ['timeline', 'contacts', 'chain', 'tasks', 'orders', 'service', 'care', 'files', 'fields', 'history'] as const;
type Tab = (typeof TABS)[number] | 'rail';
const DecisionChain = lazy(() => import('@/features/chain/section'));
const CustomerFiles = lazy(() => import('@/features/attachment/section'));

export default function CustomerPage() {
  const t = useWord();
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(customerQuery(id));
  const client = useQueryClient();
  const waiting = useParts(id);
  const known = data?.id;
  useEffect(() => {
    if (known) void client.invalidateQueries({ queryKey: ['home'] }); // seeing it makes it the most recent one
  }, [known, client]);
  const into = error instanceof Refused && error.code === 'merged' ? error.param('into') : '';
  if (into) return <Navigate to="/customers/$id" params={{ id: into }} replace />;
  if (error && !data)
    return (
      <Failed alone error={error} retry={() => void refetch()}>
        <Link to="/customers" className="btn">
          {t('app.nav.customers')}
        </Link>
      </Failed>
    );
  if (!data || waiting) return <Waiting />;
  return <Sight key={data.id} c={data} />;
}

/** All parts are shown at once, so that nothing moves while the eye reads. */
function useParts(id: string): boolean {
  const words = [useQuery(fieldsQuery('customer')), useQuery(dictionariesQuery()), useQuery(pipelinesQuery()), useQuery(layoutQuery)];
  return usePanorama(id) || words.some((w) => w.isLoading);
}

const Waiting = () => (
  <div className="c360 late-show" aria-hidden="true">
    <Skel w={120} />
    <div className="c-head">
      <Skel w={48} h={48} r={12} />
      <div className="col">
        <Skel w={260} h={20} />
        <Skel w={180} />
      </div>
    </div>
    <Skel h={66} r={10} />
    <Skel h={32} r={6} />
    <div className="c-body">
      <Skel h={360} r={10} />
      <Skel h={360} r={10} />
    </div>
  </div>
);

function Sight({ c }: { c: CustomerRecord }) {
  const t = useWord();
  const phone = usePhone();
  const may = useMay();
  const navigate = useNavigate();
  const { tab: asked } = route.useSearch();
  const { data: layout } = useQuery(layoutQuery);
  const open = TABS.find((x) => x === layout?.tab) ?? 'timeline';
  const closed =
    (open === 'orders' && !may('order.read')) ||
    (open === 'service' && !may('need.read', 'feedback.read')) ||
    (open === 'chain' && !may('contact.read')) ||
    (open === 'care' && !may('followup.read'));
  const home: Tab = closed ? 'timeline' : open;
  const tab: Tab = asked === 'rail' && phone ? 'rail' : (TABS.find((x) => x === asked) ?? home);
  const me = useMe();
  const client = useQueryClient();
  useEffect(() => {
    noteSeen(me.id, c.id);
    void client.invalidateQueries({ queryKey: ['home'], refetchType: 'none' }); // it tells what was opened last
  }, [me.id, c.id, client]);
  const act = useCustomerChange();
  const more = useMoreMenu();
  const people = usePeopleMenu();
  const reveal = useReveal();
  const { data: files } = useQuery(filesQuery(c.id));
  const { stage } = useStages();
  const industry = useIndustries(!!c.industry).names(c.industry).at(-1);
  const region = useRegions(!!c.region).names(c.region).slice(0, 2).join(' ');
  const primary = c.primary_contact;
  const gone = !!c.deleted_at;
  const adds = addable(c, may);
  const writes = adds.followUp;
  const setTab = (next: Tab) =>
    void navigate({
      to: '/customers/$id',
      params: { id: c.id },
      search: { tab: next === home ? undefined : next },
      replace: true,
      resetScroll: false,
    });
  const write = () => {
    if (phone) return openIt({ what: 'write', id: c.id, name: c.name });
    setTab('timeline');
    requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.focus());
  };
  const number = numberOf(primary);
  const call = () => primary && number && reveal.call(primary.id, number, c);
  const wechat = () => primary && reveal.copy(primary.id, 'wechat', c);
  const canCall = c.may.reveal && !!number;
  const canChat = c.may.reveal && (primary?.wechat === undefined ? !!primary : !!primary.wechat);
  return (
    <div className="c360">
      <nav className="crumb" aria-label={t('customer.label.crumb')}>
        <Link to="/customers">
          <ChevronLeft size={15} />
          {t('app.nav.customers')}
        </Link>
        <span className="mut tn">{c.code}</span>
      </nav>
      <header className="c-head">
        <Avatar name={c.short_name || c.name} square size={48} />
        <div className="c-t">
          <h1>
            {c.name}
            {c.strategic && <Star size={15} fill="var(--amber-d)" color="var(--amber-d)" aria-label={t('customer.label.strategic')} />}
          </h1>
          <p>
            {c.grade && <Grade code={c.grade} />}
            <TierBadges tiers={c.tiers} />
            <ReviewChip review={c.review} />
            {c.reactivated && <Chip tone="violet">{t('customer.state.reactivated')}</Chip>}
            {[industry, region].filter(Boolean).map((text) => (
              <span key={text} className="tx2">
                {text}
              </span>
            ))}
            <Tags codes={c.tags} max={4} />
            {!gone && <Missing c={c} />}
            {!gone && !c.archived && <CheckChip c={c} />}
          </p>
        </div>
        <div className="c-act">
          {!phone && canCall && (
            <Button icon={<Phone size={15} />} onClick={call}>
              {t('contact.verb.call')}
            </Button>
          )}
          {!phone && canChat && (
            <Button icon={<MessageCircle size={15} />} onClick={wechat}>
              {t('contact.verb.wechat')}
            </Button>
          )}
          {!phone && writes && (
            <Button look="primary" icon={<NotebookPen size={15} />} onClick={write}>
              {t('followup.verb.write')}
            </Button>
          )}
          {c.may.claim && (
            <Button look="primary" onClick={() => act.safely(act.claim)(c)}>
              {t('customer.verb.claim')}
            </Button>
          )}
          <Button
            icon={<Ellipsis size={15} />}
            aria-label={t('app.verb.more')}
            aria-haspopup="menu"
            onClick={(e) => more(e.currentTarget, c, act, people)}
          />
        </div>
      </header>
      {c.archived && <ArchiveBanner c={c} />}
      <KeyChanges id={c.id} />
      <Facts c={c} />
      <WhyAlerted customer={c.id} />
      <StageBar
        code={c.stage}
        onMove={c.may.change && !gone ? (to) => act.safely(act.move)(c, to) : undefined}
        note={stage(c.stage)?.phase === 'lost' ? null : undefined}
      />
      <div className="c-body">
        <div className="c-main">
          <Tabs
            brand
            label={t('customer.label.tabs')}
            value={tab}
            onChange={setTab}
            options={[
              { value: 'timeline' as Tab, label: t('customer.tab.timeline') },
              ...(phone ? [{ value: 'rail' as Tab, label: t('customer.tab.rail') }] : []),
              { value: 'contacts', label: t('app.nav.contacts'), count: c.contacts_count },
              ...(may('contact.read') ? [{ value: 'chain' as Tab, label: t('chain.tab') }] : []),
              { value: 'tasks', label: t('app.nav.tasks'), count: c.open_tasks_count },
              ...(may('order.read') ? [{ value: 'orders' as Tab, label: t('app.nav.orders'), count: c.orders_count }] : []),
              ...(may('need.read', 'feedback.read') ? [{ value: 'service' as Tab, label: t('service.tab'), count: openService(c) }] : []),
              ...(may('followup.read') ? [{ value: 'care' as Tab, label: t('winback.tab') }] : []),
              { value: 'files', label: t('attachment.tab'), count: files?.length },
              { value: 'fields', label: t('customer.tab.fields') },
              { value: 'history', label: t('customer.tab.history') },
            ]}
          />
          <div className="c-tab">
            {tab === 'timeline' && (
              <>
                {writes && !phone && <Composer customer={c} />}
                <Timeline customer={c} />
              </>
            )}
            {tab === 'rail' && <Rail c={c} />}
            {tab === 'contacts' && <ContactList customer={c} />}
            {tab === 'chain' && (
              <Suspense fallback={<Lines />}>
                <DecisionChain customer={c} />
              </Suspense>
            )}
            {tab === 'tasks' && <CustomerTasks customer={c} />}
            {tab === 'orders' && <CustomerOrders customer={c} />}
            {tab === 'service' && <CustomerService customer={c} />}
            {tab === 'care' && <CustomerCare customer={c} />}
            {tab === 'files' && (
              <Suspense fallback={<Lines />}>
                <CustomerFiles customer={c} />
              </Suspense>
            )}
            {tab === 'fields' && (
              <>
                <AllFields c={c} onChange={(fields, label) => act.change(c, fields, label)} />
                <Collaborators c={c} />
                <Merged c={c} />
              </>
            )}
            {tab === 'history' && <History id={c.id} />}
          </div>
        </div>
        {!phone && <Rail c={c} />}
      </div>
      {phone && !gone && (
        <div className="actbar">
          {canCall && (
            <button type="button" onClick={call}>
              <Phone size={19} />
              {t('contact.verb.call')}
            </button>
          )}
          {canChat && (
            <button type="button" onClick={wechat}>
              <MessageCircle size={19} />
              {t('contact.verb.wechat')}
            </button>
          )}
          {adds.task && (
            <button type="button" onClick={() => openIt({ what: 'task', customer: { id: c.id, name: c.name } })}>
              <ListTodo size={19} />
              {t('task.verb.plan')}
            </button>
          )}
          {writes && (
            <Button look="primary" icon={<NotebookPen size={16} />} onClick={write}>
              {t('followup.verb.write')}
            </Button>
          )}
          {!writes && c.may.claim && (
            <Button look="primary" onClick={() => void act.claim(c).catch(tellError)}>
              {t('customer.verb.claim')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
