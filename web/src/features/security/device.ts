import { word } from '@/app/words';

const BROWSERS: [RegExp, () => string][] = [
  [/MicroMessenger\//, () => word('door.label.wechat')],
  [/DingTalk/, () => word('door.label.dingtalk')],
  [/Edg(e|A|iOS)?\//, () => 'Edge'],
  [/OPR\//, () => 'Opera'],
  [/(Chrome|CriOS)\//, () => 'Chrome'],
  [/(Firefox|FxiOS)\//, () => 'Firefox'],
  [/Safari\//, () => 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A device as its person would name it: the browser and the system, out of what the browser says of itself. */
export function deviceOf(agent: string): string {
  if (!agent) return word('door.label.unknown_device');
  const browser = BROWSERS.find(([sign]) => sign.test(agent))?.[1]();
  const system = SYSTEMS.find(([sign]) => sign.test(agent))?.[1];
  if (browser && system) return word('door.label.browser', { browser, system });
  return browser ?? system ?? word('door.label.program');
}

export const onPhone = (agent: string) => /Mobile|Android|iPhone/.test(agent);
