import { ServiceList } from './list';

export default function FeedbackPage() {
  return <ServiceList key="feedback" noun="feedback" />;
}
